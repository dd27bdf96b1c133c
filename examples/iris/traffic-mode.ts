import type { TrafficMode } from './sensor.js';

/** How traffic changes by itself: healthy for a while, then one ending for good. */
export interface TrafficPlan {
  readonly ending: TrafficMode;
  /** Milliseconds of healthy traffic; undefined means healthy until told otherwise. */
  readonly healthyForMs: number | undefined;
}

/** The mode that the plan foresees `elapsedMs` after the start. */
export function plannedMode(plan: TrafficPlan, elapsedMs: number): TrafficMode {
  return plan.healthyForMs !== undefined && elapsedMs >= plan.healthyForMs ? plan.ending : 'healthy';
}

/** Requests to send now, and requests that a late timer has missed for good: more than a second is never caught up. */
export function dueRequests(
  rate: number,
  elapsedMs: number,
  scheduled: number,
): { send: number; missed: number } {
  const due = Math.max(0, Math.floor((elapsedMs / 1000) * rate) - scheduled);
  const send = Math.min(due, Math.max(1, Math.ceil(rate)));
  return { send, missed: due - send };
}
