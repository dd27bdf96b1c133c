/** Every distance between two distributions there is, by the name operators write. */
export const DISTANCES = [
  'psi',
  'kl',
  'jsd',
  'hellinger',
  'tv',
  'linf',
  'ks',
  'wasserstein',
  'cramers_v',
] as const;
/** A distance between two distributions, by name. */
export type Distance = (typeof DISTANCES)[number];

/** Distances beyond which a change matters somewhat and matters a lot; conventions of the field, not laws. */
export const DEFAULT_THRESHOLDS: Readonly<
  Record<Distance, { readonly warn: number; readonly critical: number }>
> = {
  psi: { warn: 0.1, critical: 0.25 },
  kl: { warn: 0.1, critical: 0.3 },
  jsd: { warn: 0.1, critical: 0.2 },
  hellinger: { warn: 0.1, critical: 0.2 },
  tv: { warn: 0.1, critical: 0.2 },
  linf: { warn: 0.1, critical: 0.2 },
  ks: { warn: 0.1, critical: 0.2 },
  wasserstein: { warn: 0.1, critical: 0.3 },
  cramers_v: { warn: 0.1, critical: 0.3 },
};
