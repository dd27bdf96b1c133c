/** Fewer events than this are none: extrapolation leaves such crumbs, and dividing by them leaves the range of numbers. */
const CRUMBS = 1e-6;

/** Sum of counts; undefined when one is negative or not finite, or when there is nothing to divide. */
export function totalOf(counts: readonly number[]): number | undefined {
  let total = 0;
  for (const count of counts) {
    if (!(count >= 0) || count === Number.POSITIVE_INFINITY) return undefined;
    total += count;
  }
  return total > CRUMBS && Number.isFinite(total) ? total : undefined;
}

/** Both sides as shares that sum to 1; undefined when they do not pair up or one side is empty or invalid. */
export function sharesOf(
  reference: readonly number[],
  current: readonly number[],
): { readonly p: readonly number[]; readonly q: readonly number[] } | undefined {
  const n = totalOf(reference);
  const m = totalOf(current);
  if (n === undefined || m === undefined || reference.length !== current.length) return undefined;
  return { p: reference.map((count) => count / n), q: current.map((count) => count / m) };
}

/** Σ f(pₖ, qₖ) */
export function sumOver(
  p: readonly number[],
  q: readonly number[],
  term: (p: number, q: number, index: number) => number,
): number {
  let sum = 0;
  for (let k = 0; k < p.length; k += 1) sum += term(p[k] as number, q[k] as number, k);
  return sum;
}
