import type { OpenAlert, Signal } from './signal.js';
import { signalOf } from './signal.js';
import type { Condition } from './policy.js';

/** Since when a condition holds, and the alerts it rests on. */
export interface Held {
  readonly since: Date;
  readonly alerts: readonly OpenAlert[];
}

/**
 * Whether a condition holds over firing alerts: since the earliest alert of a leaf, the earliest branch of `any`, the latest of
 * `all`. `alerts` are those of every branch that holds, each once. Undefined when it does not hold.
 */
export function holds(condition: Condition, alerts: readonly OpenAlert[]): Held | undefined {
  switch (condition.type) {
    case 'rule':
      return leaf(alerts.filter((alert) => alert.alertname === condition.alertname));
    case 'matchers':
      return leaf(
        alerts.filter((alert) => condition.matchers.every((matcher) => matcher.matches(alert.labels))),
      );
    case 'signals':
      return leaf(alerts.filter((alert) => condition.signals.includes(signalOf(alert))));
    case 'any': {
      const branches = condition.of.flatMap((branch) => holds(branch, alerts) ?? []);
      return branches.length === 0 ? undefined : merge(branches, Math.min);
    }
    case 'all': {
      const branches = condition.of.flatMap((branch) => holds(branch, alerts) ?? []);
      return branches.length < condition.of.length ? undefined : merge(branches, Math.max);
    }
  }
}

/** The alerts that forbid retraining now, each once. Alerts of another model are left out, those that name none are not. */
export function blockingAlerts(
  policy: { readonly model: string; readonly blockWhen: readonly Condition[] },
  firing: readonly OpenAlert[],
): readonly OpenAlert[] {
  const ours = firing.filter((alert) => (alert.labels['model_name'] ?? policy.model) === policy.model);
  const blocking = policy.blockWhen.flatMap((condition) => holds(condition, ours)?.alerts ?? []);
  return [...new Set(blocking)];
}

/** A condition as a person would say it: `A or (B and C)`. */
export function explainCondition(condition: Condition): string {
  switch (condition.type) {
    case 'rule':
      return condition.alertname;
    case 'matchers':
      return condition.text;
    case 'signals':
      return `any ${condition.signals.map(readable).join(', ')} alert`;
    case 'any':
    case 'all': {
      const parts = condition.of.map((part) => {
        const text = explainCondition(part);
        return 'of' in part && part.of.length > 1 ? `(${text})` : text;
      });
      return parts.join(condition.type === 'any' ? ' or ' : ' and ');
    }
  }
}

function readable(signal: Signal): string {
  return signal.replaceAll('_', ' ');
}

function leaf(alerts: readonly OpenAlert[]): Held | undefined {
  if (alerts.length === 0) return undefined;
  return { since: new Date(Math.min(...alerts.map((alert) => alert.since.getTime()))), alerts };
}

function merge(branches: readonly Held[], pick: (...times: number[]) => number): Held {
  const since = new Date(pick(...branches.map((branch) => branch.since.getTime())));
  return { since, alerts: [...new Set(branches.flatMap((branch) => branch.alerts))] };
}
