import { formatLabels } from '../routing/grouping.js';
import type {
  AlertExplanation,
  ExplainedAlert,
  ExplainedPolicy,
  ExplainedRule,
  TakenRoute,
} from './explain-alert.js';

const DECISIONS: Readonly<Record<string, string>> = {
  dispatch: 'starts a run',
  await_approval: 'asks a person to approve a run',
  suggest: 'suggests a run',
  hold: 'starts nothing',
};

const ROLES: Readonly<Record<ExplainedPolicy['role'], string>> = {
  triggers: 'is its trigger',
  contributes: 'is part of its trigger, and not enough by itself',
  blocks: 'forbids retraining while it fires',
  none: 'is not part of its trigger',
};

/** The answer of `retune explain` for a terminal, line by line. */
export function tellAlertExplanation({
  alerts,
  others,
  at,
  didYouMean,
}: AlertExplanation): readonly string[] {
  return [
    ...alerts.flatMap((alert, index) => [...(index > 0 ? [''] : []), ...tellAlert(alert, at, didYouMean)]),
    ...(others.length > 0 ? ['', 'Other rules of that name'] : []),
    ...others.map(({ file, group, why }) => `  ${file}, group ${group}: wants ${why.join(' and ')}`),
    '',
    'Silences, other alerts and earlier runs are known to a running service only.',
  ];
}

function tellAlert(alert: ExplainedAlert, at: string, meant: string | undefined): readonly string[] {
  const { labels, rule, tree, routes, inhibition, policies } = alert;
  const hint = meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`;
  const model = labels['model_name'];
  return [
    formatLabels(labels),
    '',
    'Rule',
    ...indent(
      rule
        ? tellRule(rule)
        : [
            `no rule gives such an alert${hint}`,
            'it would have to come from another Alertmanager, or from Retune',
          ],
    ),
    '',
    'Routes',
    ...indent(tree.length > 0 ? tree : ['none: alerts are shown, and nobody is told']),
    ...(routes.length > 0 ? ['', `Receivers at ${at}`, ...indent(routes.map(tellRoute))] : []),
    '',
    'Inhibition',
    ...indent(inhibition.length > 0 ? inhibition : ['no rule concerns it']),
    '',
    'Retraining, if it fires alone and no run was before',
    ...indent(
      policies.length > 0
        ? policies.flatMap(tellPolicy)
        : [
            model === undefined
              ? 'no policy: no model_name in the labels'
              : `no policy is about the model ${model}`,
          ],
    ),
  ];
}

function tellRule(rule: ExplainedRule): readonly string[] {
  const kept = rule.keepFiringFor === '0s' ? '' : `, kept ${rule.keepFiringFor}`;
  return [
    `${rule.alert} in ${rule.file}, group ${rule.group}, every ${rule.interval}, for ${rule.for}${kept}`,
    rule.query,
    ...(Object.keys(rule.adds).length > 0 ? [`adds ${formatLabels(rule.adds)}`] : []),
    ...(rule.templated.length > 0 ? [`leaves to the series: ${rule.templated.join(', ')}`] : []),
  ];
}

/** Group and times stand in the tree. */
function tellRoute({ receiver, channels, mutedBy }: TakenRoute): string {
  const targets = channels.length === 0 ? 'tells nobody' : channels.join(', ');
  return `${receiver}: ${targets}${mutedBy === undefined ? '' : `; quiet, ${mutedBy}`}`;
}

function tellPolicy(explained: ExplainedPolicy): readonly string[] {
  const { policy, mode, role, trigger, sustained, decision, reason, failed } = explained;
  return [
    `${policy} (mode ${mode}): ${ROLES[role]}; ${DECISIONS[decision] ?? decision} (${reason.replaceAll('_', ' ')})`,
    `  trigger ${trigger}${sustained === '0s' ? '' : `, held for ${sustained}`}`,
    ...failed.map(({ gate, detail }) => `  ${gate.replaceAll('_', ' ')}: ${detail}`),
  ];
}

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);
