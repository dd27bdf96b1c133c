import { metricNames } from '../promql/check-promql.js';
import type { Condition, Policy } from '../retraining/policy.js';
import { counted, instantText, spanText } from './format.js';
import type { BacktestPlan } from './plan.js';
import type { Presence } from './presence.js';
import type { ReplayedRules } from './replay-rules.js';

/** The facts that notes are made of. */
export interface NoteFacts {
  readonly plan: BacktestPlan;
  readonly replayed: ReplayedRules;
  readonly presence: Presence | undefined;
  readonly policies: readonly Policy[];
}

/** What a reader should know before trusting the figures, in sentences. */
export function notesOf(facts: NoteFacts): readonly string[] {
  return [
    ...dataBegins(facts),
    ...missingMetrics(facts),
    ...askedSlotBySlot(facts),
    ...unpinned(facts),
    ...leftOut(facts),
    ...counterfactual(facts),
    ...notCounted(facts),
  ];
}

function dataBegins({ plan, presence }: NoteFacts): readonly string[] {
  const seen = [...(presence?.firstSeen.values() ?? [])];
  const first = Math.min(...seen);
  if (seen.length === 0 || first <= plan.fromMs) return [];
  const empty = spanText((first - plan.fromMs) / 1000);
  return [
    `There are no data before ${instantText(new Date(first).toISOString())} UTC, either because Prometheus keeps none ` +
      `for longer or because nothing was scraped: the first ${empty} of the span say nothing.`,
  ];
}

/** Rules of which no metric was ever seen and no question was ever answered: most likely a name is wrong. */
function missingMetrics({ plan, replayed, presence }: NoteFacts): readonly string[] {
  if (!presence) return [];
  const blind = plan.rules.flatMap(({ rule, questions }): string[] => {
    const names = [...new Set(questions.flatMap(({ expr }) => [...metricNames(expr)]))];
    const seen = names.some((name) => presence.firstSeen.has(name));
    const answered = questions.some(({ key }) => (replayed.pointsOf.get(key) ?? 0) > 0);
    return names.length === 0 || seen || answered ? [] : [`${rule.alert} (${names.toSorted().join(', ')})`];
  });
  return blind.length === 0 ? [] : [`No data at all for ${blind.join(', ')}: are the names right?`];
}

function askedSlotBySlot({ plan }: NoteFacts): readonly string[] {
  const slow = plan.questions.filter(({ slotBySlot }) => slotBySlot).length;
  if (slow === 0) return [];
  return [
    `${counted(slow, 'query', 'queries')} with @ start() or @ end() had to be asked slot by slot, which takes long.`,
  ];
}

/** What the service freezes as time goes by is not frozen in a replay. */
function unpinned({ plan }: NoteFacts): readonly string[] {
  const pinning = plan.rules.filter(({ rule }) => 'snapshot' in rule && rule.snapshot !== undefined);
  if (pinning.length === 0) return [];
  const names = [...new Set(pinning.map(({ rule }) => rule.alert))].join(', ');
  return [
    `${names}: compared with a pinned reference, which a replay does not freeze. A reference file or fallback: rolling can be replayed.`,
  ];
}

function leftOut({ plan, policies }: NoteFacts): readonly string[] {
  const replayed = new Set(plan.rules.map(({ rule }) => rule.alert));
  return policies.flatMap((policy) => {
    const named = [...rulesOf(policy.trigger), ...policy.blockWhen.flatMap(rulesOf)];
    const missing = [...new Set(named)].filter((name) => !replayed.has(name));
    return missing.length === 0
      ? []
      : [`Policy ${policy.name} looks at rules that were not replayed: ${missing.join(', ')}.`];
  });
}

function counterfactual({ policies }: NoteFacts): readonly string[] {
  return policies.length === 0
    ? []
    : [
        'History does not change: where a run would have helped, the alerts after it would not have fired. ' +
          'Silences, and alerts that come from an Alertmanager, are not in it.',
      ];
}

/** What policies ask for that alerts do not tell. */
function notCounted({ policies }: NoteFacts): readonly string[] {
  const labels = policies.filter(({ newLabels }) => newLabels > 0).map(({ name }) => name);
  return labels.length === 0
    ? []
    : [`New labels are not counted; those that ${labels.join(', ')} requires are taken to be there.`];
}

function rulesOf(condition: Condition): readonly string[] {
  if (condition.type === 'rule') return [condition.alertname];
  return condition.type === 'any' || condition.type === 'all' ? condition.of.flatMap(rulesOf) : [];
}
