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

/** The CI targets of one file; that names are unique over all files is checked where the files meet. */
export const CiTargets = z.array(CiTargetConfig);
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
