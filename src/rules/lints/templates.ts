import type { Finding, Lint } from './lint.js';
import { resultLabels } from './result-labels.js';

const ACTION = /\{\{.*?\}\}/gs;
const LABEL = /(?:\$labels|\.Labels)\.([a-zA-Z_]\w*)/g;

/** Labels that a template asks for and no alert has. */
export const missingLabel: Lint = {
  id: 'missing-label',
  severity: 'warning',
  finds: 'a template that shows a label which the expression sums away: it is empty',
  instead: 'the label in `by (…)`, or another text',
  check: ({ rule, expression }) => {
    const known = expression && resultLabels(expression);
    if (!known) return [];
    return (['labels', 'annotations'] as const).flatMap((section) =>
      Object.entries(rule[section]).flatMap(([name, text]): readonly Finding[] => {
        const actions = text.match(ACTION)?.join(' ') ?? '';
        const asked = new Set([...actions.matchAll(LABEL)].map(([, label]) => label as string));
        return [...asked]
          .filter((label) => !known.has(label))
          .map((label) => ({
            path: [section, name],
            message: `the expression has no label ${label}, so that it is always empty here`,
            instead: `keep it: by (${[...known, label].join(', ')})`,
          }));
      }),
    );
  },
};
