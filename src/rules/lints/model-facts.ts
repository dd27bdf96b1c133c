import { ruleKinds } from '../kinds/index.js';
import type { RuleKind } from '../kinds/kind.js';
import { defaultModelFacts } from '../model.schema.js';
import type { Finding, Lint } from './lint.js';

/** What kinds miss among the facts about their model. */
export const modelFacts: Lint = {
  id: 'model-facts',
  severity: 'warning',
  finds: 'a model kind that works less well than it could, or not at all, for want of something in `models`',
  instead: 'what the message names, such as a reference file',
  check: ({ rule, options }) =>
    ruleKinds.flatMap((kind: RuleKind): readonly Finding[] => {
      const spec = (rule as Readonly<Record<string, unknown>>)[kind.kind];
      if (spec === undefined) return [];
      const name = kind.model(spec);
      const texts = kind.warnings?.(spec, options.models.get(name) ?? defaultModelFacts(name)) ?? [];
      return texts.map((message) => ({ path: [kind.kind], message }));
    }),
};
