import { z } from 'zod';
import { parseMatcher } from '../alerts/matcher-parse.js';

/** What has to fire: a rule by its name, alerts by matchers (Alertmanager syntax), or a combination of these. */
export type Condition =
  | string
  | { readonly any: readonly Condition[] }
  | { readonly all: readonly Condition[] }
  | { readonly matchers: readonly string[] };

const RuleName = z.string().min(1, 'expected the name of a rule, got an empty text');
const MatcherText = z.string().superRefine((text, context) => {
  const parsed = parseMatcher(text);
  if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error.message });
});
const MatcherTexts = z.array(MatcherText).min(1, 'expected at least one matcher such as severity="critical"');

/** One condition; nests to any depth. */
export const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.union(
    [
      RuleName,
      z.strictObject({ any: z.array(Condition).min(1) }),
      z.strictObject({ all: z.array(Condition).min(1) }),
      z.strictObject({ matchers: MatcherTexts }),
    ],
    { error: 'expected the name of a rule, { any: [...] }, { all: [...] } or { matchers: [...] }' },
  ),
);
