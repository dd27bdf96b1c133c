import type { Labels } from '../alerts/labels.js';
import { labelValue, matchesAll } from '../alerts/matcher.js';
import { formatMatchers } from '../alerts/matcher-format.js';
import { formatLabels } from './grouping.js';
import type { InhibitRule } from './inhibition.js';

/** What an inhibit rule has to do with an alert. */
export interface InhibitionExplanation {
  readonly rule: InhibitRule;
  /** `quieted`: others may keep it quiet. `quiets`: it keeps others quiet. Both: its equals do not count among those others. */
  readonly part: 'quieted' | 'quiets' | 'both';
  /** The labels that the other alert has to share; one that is absent here has to be absent there. */
  readonly equal: Labels;
}

/** The inhibit rules that concern an alert with these labels, in their order. */
export function explainInhibition(
  rules: readonly InhibitRule[],
  labels: Labels,
): readonly InhibitionExplanation[] {
  return rules.flatMap((rule) => {
    const [quieted, quiets] = [matchesAll(rule.target, labels), matchesAll(rule.source, labels)];
    if (!quieted && !quiets) return [];
    const equal = Object.fromEntries(rule.equal.map((name) => [name, labelValue(labels, name)]));
    return [{ rule, part: quieted && quiets ? 'both' : quieted ? 'quieted' : 'quiets', equal }];
  });
}

/** The explanation in one sentence, without a full stop. */
export function tellInhibition({ rule, part, equal }: InhibitionExplanation): string {
  const shared = Object.keys(equal).length === 0 ? '' : ` with the same ${formatLabels(equal)}`;
  const named = rule.name === undefined ? '' : `${rule.name}: `;
  const [source, target] = [formatMatchers(rule.source), formatMatchers(rule.target)];
  switch (part) {
    case 'quieted':
      return `${named}quiet while an alert ${source}${shared} fires`;
    case 'quiets':
      return `${named}while it fires, alerts ${target}${shared} are quiet`;
    default:
      return `${named}quiet while an alert ${source}${shared} fires that is not itself ${target}`;
  }
}
