import type { Decision, GateName } from '../retraining/decision.js';
import type { Policy } from '../retraining/policy.js';
import type { SimulatedRun } from './simulated-run.js';

/** A stretch of time in which a policy kept to one decision about one incident. */
export interface DecisionSpan {
  readonly incidentId: string;
  readonly from: Date;
  to: Date;
  readonly decision: Decision['decision'];
  readonly reason: string;
  /** The gate that decided, and the number it was judged by. */
  readonly gate?: GateName;
  readonly detail: string;
}

/** How often and how long a reason applied. */
export interface ReasonCount {
  times: number;
  /** Milliseconds. */
  lastedMs: number;
}

/** Stretches are kept of so many decisions; beyond, they are only counted. */
const MOST_KEPT = 2000;

/** What one policy would have done. */
export class PolicyRecord {
  readonly runs: SimulatedRun[] = [];
  readonly spans: DecisionSpan[] = [];
  readonly counts = new Map<string, ReasonCount>();
  private readonly open = new Map<string, DecisionSpan>();

  constructor(readonly policy: Policy) {}

  /** Notes a decision about an incident; one like the last goes on with it. */
  decided(incidentId: string, decision: Decision, now: Date): void {
    const last = this.open.get(incidentId);
    if (last?.decision === decision.decision && last.reason === decision.reason) {
      last.to = now;
      return;
    }
    this.close(incidentId, now);
    const span = spanOf(incidentId, decision, now);
    this.open.set(incidentId, span);
    this.count(span).times += 1;
    if (this.spans.length < MOST_KEPT) this.spans.push(span);
  }

  /** Ends what was decided last about an incident. */
  close(incidentId: string, now: Date): void {
    const span = this.open.get(incidentId);
    if (!span) return;
    span.to = now;
    this.count(span).lastedMs += span.to.getTime() - span.from.getTime();
    this.open.delete(incidentId);
  }

  /** Ends everything, at the end of the history. */
  closeAll(now: Date): void {
    for (const id of this.open.keys()) this.close(id, now);
  }

  private count({ decision, reason }: DecisionSpan): ReasonCount {
    const key = decision === 'hold' ? reason : decision;
    const count = this.counts.get(key) ?? { times: 0, lastedMs: 0 };
    this.counts.set(key, count);
    return count;
  }
}

function spanOf(incidentId: string, decision: Decision, now: Date): DecisionSpan {
  const failed = decision.decision === 'hold' ? decision.gates.find(({ pass }) => !pass) : undefined;
  const trigger = decision.gates.find(({ gate }) => gate === 'trigger');
  return {
    incidentId,
    from: now,
    to: now,
    decision: decision.decision,
    reason: decision.reason,
    ...(failed ? { gate: failed.gate } : {}),
    detail: (failed ?? trigger)?.detail ?? '',
  };
}
