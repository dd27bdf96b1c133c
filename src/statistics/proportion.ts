/** A range that holds the true value with the confidence that `z` stands for (1.96: 95 %, 3: 99.7 %). */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Successes among trials; fractional as Prometheus extrapolates them. `n` is above zero, `share` from 0 to 1. */
export interface Proportion {
  readonly share: number;
  readonly n: number;
}

/** Wilson's score interval. Source: E. B. Wilson, JASA 22 (1927). */
export function wilson({ share, n }: Proportion, z: number): Interval {
  const square = (z * z) / n;
  const centre = share + square / 2;
  const reach = z * Math.sqrt((share * (1 - share)) / n + square / (4 * n));
  return {
    lower: Math.max(0, (centre - reach) / (1 + square)),
    upper: Math.min(1, (centre + reach) / (1 + square)),
  };
}

/**
 * The difference `first − second` of two independent proportions, from their Wilson intervals.
 * Source: R. G. Newcombe, Statistics in Medicine 17 (1998), method 10.
 */
export function newcombe(first: Proportion, second: Proportion, z: number): Interval {
  const [one, two] = [wilson(first, z), wilson(second, z)];
  const difference = first.share - second.share;
  return {
    lower: difference - Math.hypot(first.share - one.lower, two.upper - second.share),
    upper: difference + Math.hypot(one.upper - first.share, second.share - two.lower),
  };
}
