import type { Alert, Transition } from '../alerts/alert.js';
import type { AlertChange } from '../alerts/alert.store.js';
import { compareBytewise } from '../alerts/compare-bytewise.js';
import { type Labels, labelNames } from '../alerts/labels.js';
import { endAlert } from '../alerts/step-alert.js';

/** One alert around a step: as it was stored, and as it is to be. */
export interface SteppedAlert {
  /** Absent when it is new. */
  readonly before?: Alert;
  /** Absent when nothing is left of it; the same object as `before` when nothing is to be stored. */
  readonly after?: Alert;
  readonly transition?: Transition;
}

/** The changes a limit leaves, and how many alerts it took. */
export interface LimitedAlerts {
  readonly changes: readonly AlertChange[];
  /** Alerts that are open after the step, those that were cut included. */
  readonly open: number;
  readonly cut: number;
}

/**
 * Holds the alerts of one rule to `limit` (0: none). Counted as in Prometheus: those that are pending or firing after the
 * step, kept ones included. `clear` then ends all of them; `truncate` keeps the oldest, of one age those that come first by
 * their labels, so that the same ones stay from slot to slot.
 */
export function limitAlerts(
  stepped: readonly SteppedAlert[],
  limit: number,
  mode: 'clear' | 'truncate',
  slot: Date,
): LimitedAlerts {
  const open = stepped.filter(isOpen);
  const exceeded = limit > 0 && open.length > limit;
  const cut = new Set(exceeded ? (mode === 'clear' ? open : open.toSorted(byAge).slice(limit)) : []);
  return {
    changes: stepped.flatMap((alert) => (cut.has(alert) ? ended(alert, slot) : changed(alert))),
    open: open.length,
    cut: cut.size,
  };
}

function isOpen({ after }: SteppedAlert): boolean {
  return after !== undefined && after.state !== 'resolved';
}

function ended({ before }: SteppedAlert, slot: Date): readonly AlertChange[] {
  return before && before.state !== 'resolved' ? [endAlert(before, 'limit_exceeded', slot)] : [];
}

function changed({ before, after, transition }: SteppedAlert): readonly AlertChange[] {
  const alert = after ?? before;
  if (alert === undefined || (after === before && !transition)) return [];
  return [{ alert, ...(after ? {} : { deleted: true }), ...(transition ? { transition } : {}) }];
}

function byAge({ after: a }: SteppedAlert, { after: b }: SteppedAlert): number {
  if (!a || !b) return 0;
  return a.activeAt.getTime() - b.activeAt.getTime() || compareBytewise(inOrder(a.labels), inOrder(b.labels));
}

function inOrder(labels: Labels): string {
  return labelNames(labels)
    .map((name) => `${name}\0${labels[name]}\0`)
    .join('');
}
