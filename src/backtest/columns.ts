import type { RuleHealth } from '../evaluation/rule-health.js';

/** What a rule is like at one slot. */
export interface SlotState {
  readonly alerts: 'firing' | 'pending' | 'none';
  readonly health: RuleHealth;
  /** The value the slot is remembered by, and the line it was held against. */
  readonly worst: number | null;
  readonly threshold: number | null;
}

/** Columns of a chart over the whole span. */
export const COLUMNS = 720;

/** What can be drawn of a column: states that were seen in it. A column may have several. */
export const STATE_BITS = {
  pending: 1,
  firing: 2,
  insufficient_data: 4,
  no_data: 8,
  stale: 16,
  error: 32,
} as const;
/** The name of a state that can be drawn. */
export type DrawnState = keyof typeof STATE_BITS;

/** A chart's worth of a rule's history: however long the span, so many columns. Missing numbers are NaN. */
export class Columns {
  readonly states = new Uint8Array(COLUMNS);
  readonly low = new Float64Array(COLUMNS).fill(Number.NaN);
  readonly high = new Float64Array(COLUMNS).fill(Number.NaN);
  readonly threshold = new Float64Array(COLUMNS).fill(Number.NaN);

  constructor(
    readonly fromMs: number,
    readonly toMs: number,
  ) {}

  /** The column of an instant of the span. */
  indexOf(atMs: number): number {
    const share = (atMs - this.fromMs) / (this.toMs - this.fromMs + 1);
    return Math.min(COLUMNS - 1, Math.max(0, Math.floor(share * COLUMNS)));
  }

  /** Adds one slot. */
  note(atMs: number, { alerts, health, worst, threshold }: SlotState): void {
    const index = this.indexOf(atMs);
    const ofAlerts = alerts === 'none' ? 0 : STATE_BITS[alerts];
    const ofHealth = health === 'ok' ? 0 : STATE_BITS[health === 'no_match' ? 'no_data' : health];
    this.states[index] = (this.states[index] as number) | ofAlerts | ofHealth;
    if (threshold !== null) this.threshold[index] = threshold;
    if (worst !== null) this.value(index, worst);
  }

  /** Widens a column to a value; what is not finite is passed over. */
  value(index: number, value: number): void {
    if (!Number.isFinite(value)) return;
    // A column without a value is NaN, which compares false.
    if (!((this.low[index] as number) <= value)) this.low[index] = value;
    if (!((this.high[index] as number) >= value)) this.high[index] = value;
  }
}
