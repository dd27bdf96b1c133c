import { normalQuantile } from '../../../drift/distributions.js';

/**
 * The upper end of Wilson's score interval for a proportion: `share` of `n` trials succeeded, `confidence` covers both
 * sides (0.95: z = 1.96). `n` may be fractional and must be positive.
 */
export function wilsonUpper(share: number, n: number, confidence: number): number {
  const z = normalQuantile(confidence);
  const square = (z * z) / n;
  const centre = share + square / 2;
  const reach = z * Math.sqrt((share * (1 - share)) / n + square / (4 * n));
  return Math.min(1, (centre + reach) / (1 + square));
}
