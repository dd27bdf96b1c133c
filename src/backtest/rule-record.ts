import type { Alert, Evidence, Transition, TransitionRow } from '../alerts/alert.js';
import type { AlertChange } from '../alerts/alert.store.js';
import { type Labels, MODEL_NAME } from '../alerts/labels.js';
import { isCompanion } from '../evaluation/companion-alerts.js';
import type { RuleHealth } from '../evaluation/rule-health.js';
import type { Rule } from '../rules/rule.js';
import { Columns, type SlotState } from './columns.js';

/** One firing period of one alert. */
export interface Episode {
  readonly labels: Labels;
  /** First breach. */
  readonly activeAt: Date;
  readonly firedAt: Date;
  /** Absent while it fires at the end of the span. */
  resolvedAt?: Date;
  /** The value furthest on the bad side; null when no value was a finite number. */
  worst: number | null;
  /** The evidence at that value. */
  evidence?: Evidence;
  readonly summary?: string;
}

/** A pending alert that went away without firing. */
export interface Averted {
  readonly from: Date;
  readonly to: Date;
}

/** A transition that matters to retraining, still without its number. */
export type UnnumberedRow = Omit<TransitionRow, 'id'>;

/** Details are kept of so many episodes of a rule; beyond, they are only counted. */
const MOST_KEPT = 5000;

/** Everything a replay of one rule leaves behind, in bounded memory. */
export class RuleRecord {
  readonly columns: Columns;
  readonly episodes: Episode[] = [];
  readonly averted: Averted[] = [];
  readonly rows: UnnumberedRow[] = [];
  fired = 0;
  avertedCount = 0;
  slots = 0;
  readonly slotsByState: Record<SlotState['alerts'] | RuleHealth, number> = {
    firing: 0,
    pending: 0,
    none: 0,
    ok: 0,
    error: 0,
    no_data: 0,
    no_match: 0,
    insufficient_data: 0,
    stale: 0,
  };
  /** The last failure, if any. */
  error: string | undefined;
  private readonly current = new Map<string, Episode>();

  constructor(
    private readonly rule: Rule,
    fromMs: number,
    toMs: number,
  ) {
    this.columns = new Columns(fromMs, toMs);
  }

  /** `count` slots at which nothing was there to be seen. */
  idle(count: number): void {
    this.slots += count;
    this.slotsByState.none += count;
    this.slotsByState.ok += count;
  }

  /** One slot that was judged. */
  slot(atMs: number, state: SlotState): void {
    this.slots += 1;
    this.slotsByState[state.alerts] += 1;
    this.slotsByState[state.health] += 1;
    this.columns.note(atMs, state);
  }

  /** One alert that an evaluation changed. */
  change({ alert, transition }: AlertChange): void {
    if (transition) this.transition(alert, transition);
    const episode = this.current.get(alert.fingerprint);
    if (episode && alert.state === 'firing') this.worsen(episode, alert);
  }

  private transition(alert: Alert, transition: Transition): void {
    const { from, to, at } = transition;
    if ((to === 'firing' || from === 'firing') && alert.labels[MODEL_NAME])
      this.rows.push(rowOf(alert, transition));
    // What is told of the rule itself may keep a run from starting; it is no alert of the rule.
    if (isCompanion(alert, this.rule)) return;
    if (to === 'firing' && from !== 'firing') this.begin(alert);
    if (from === 'firing' && to !== 'firing') this.end(alert, at);
    if (from === 'pending' && to === 'inactive') {
      this.avertedCount += 1;
      if (this.averted.length < MOST_KEPT) this.averted.push({ from: alert.activeAt, to: at });
    }
  }

  private begin(alert: Alert): void {
    this.fired += 1;
    const { labels, activeAt, firedAt = activeAt } = alert;
    const summary = alert.annotations['summary'];
    const episode: Episode = {
      labels,
      activeAt,
      firedAt,
      worst: null,
      ...(summary === undefined ? {} : { summary }),
    };
    this.current.set(alert.fingerprint, episode);
    if (this.episodes.length < MOST_KEPT) this.episodes.push(episode);
  }

  private end({ fingerprint }: Alert, at: Date): void {
    const episode = this.current.get(fingerprint);
    if (episode) episode.resolvedAt = at;
    this.current.delete(fingerprint);
  }

  private worsen(episode: Episode, { value, evidence }: Alert): void {
    if (value === null || !Number.isFinite(value)) return;
    const known =
      episode.worst !== null && this.badness(value, evidence) <= this.badness(episode.worst, evidence);
    if (known) return;
    episode.worst = value;
    if (evidence) episode.evidence = evidence;
  }

  /** How far a value lies on the bad side; comparable within one episode. */
  private badness(value: number, evidence: Evidence | undefined): number {
    if (this.rule.direction !== undefined) return this.rule.direction === 'above' ? value : -value;
    const threshold = evidence?.threshold ?? null;
    return threshold === null ? value : Math.abs(value - threshold);
  }
}

function rowOf(alert: Alert, transition: Transition): UnnumberedRow {
  const { source, fingerprint, episode, labels, annotations, value, evidence, generatorUrl } = alert;
  return {
    ...transition,
    source,
    fingerprint,
    episode,
    labels,
    annotations,
    value,
    startsAt: alert.firedAt ?? alert.activeAt,
    ...(evidence ? { evidence } : {}),
    ...(generatorUrl === undefined ? {} : { generatorUrl }),
  };
}
