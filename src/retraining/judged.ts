import type { HoldReason } from './decision.js';

/** A gate as it was judged. */
export interface Judged {
  readonly pass: boolean;
  readonly detail: string;
  /** The reason of the hold when the gate fails; absent for a gate that only lowers the level. */
  readonly hold?: HoldReason;
  /** When the gate opens by itself. */
  readonly until?: Date;
}
