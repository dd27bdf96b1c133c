import { z } from 'zod';
import type { CiProvider } from './ci/ci-provider.js';
import { ciProviders } from './ci/index.js';

type Provider = (typeof ciProviders)[number];
type ConfigByType = { [P in Provider as P['type']]?: z.output<P['Config']> };

const types: readonly string[] = ciProviders.map((provider) => provider.type);
const shape = Object.fromEntries(
  ciProviders.map((provider) => [provider.type, provider.Config.optional().describe(provider.summary)]),
);

/** One CI target as written: a name and exactly one provider with its settings. */
export const CiTargetConfig = z
  .strictObject({ name: z.string().min(1), ...shape })
  .superRefine((target, context) => {
    const named = types.filter((type) => (target as Record<string, unknown>)[type] !== undefined);
    if (named.length === 1) return;
    const got = named.length === 0 ? 'none' : named.join(' and ');
    context.addIssue({ code: 'custom', message: `expected exactly one of ${types.join(', ')}, got ${got}` });
  }) as unknown as z.ZodType<{ readonly name: string } & ConfigByType>;
export type CiTargetConfig = z.output<typeof CiTargetConfig>;

/** All CI targets of one file; names are unique. */
export const CiTargets = z.array(CiTargetConfig).superRefine((targets, context) => {
  const seen = new Set<string>();
  targets.forEach((target, index) => {
    if (seen.has(target.name)) {
      const message = `expected a name no other target has, got ${JSON.stringify(target.name)} twice`;
      context.addIssue({ code: 'custom', path: [index, 'name'], message });
    }
    seen.add(target.name);
  });
});
export type CiTargets = z.output<typeof CiTargets>;

/** A CI target, ready to use: `provider` takes exactly this `config`. */
export interface CiTarget {
  readonly name: string;
  readonly provider: CiProvider;
  readonly config: unknown;
}

/** The runtime form of a target. */
export function compileCiTarget(target: CiTargetConfig): CiTarget {
  const configs: Readonly<Record<string, unknown>> = target;
  const provider = ciProviders.find((candidate) => configs[candidate.type] !== undefined);
  if (!provider) throw new Error(`ci target ${target.name} passed validation without a provider`);
  return { name: target.name, provider, config: configs[provider.type] };
}
