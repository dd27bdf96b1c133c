// Lanczos' approximation with g = 7 and nine terms; relative error about 1e-15 for positive arguments.
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const t = shifted + 7.5;
  const sum = LANCZOS.reduce(
    (total, term, index) => total + (index === 0 ? term : term / (shifted + index)),
    0,
  );
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Q(a, x), the regularised upper incomplete gamma function, for a > 0 and x ≥ 0; `lnGamma` is ln Γ(a). */
function upperGamma(a: number, x: number, lnGamma: number): number {
  if (x === 0) return 1;
  const scale = Math.exp(a * Math.log(x) - x - lnGamma);
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = a + 1; Math.abs(term) > Math.abs(sum) * 1e-17; k += 1) {
      term *= x / k;
      sum += term;
    }
    return Math.max(0, 1 - sum * scale);
  }
  // Lentz' evaluation of the continued fraction.
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < 10_000; k += 1) {
    const numerator = -k * (k - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + numerator / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return scale * value;
}

/** P(X > x) for chi² with `dof` degrees of freedom; 1 when there are none. */
export function chiSquareTail(x: number, dof: number): number {
  if (dof <= 0 || x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return upperGamma(dof / 2, x / 2, logGamma(dof / 2));
}

/** Quantiles by tail and number of degrees: few of both are in use, and they are asked for at every evaluation. */
const known = new Map<number, Map<number, number>>();

/** The x that chi² with `dof` degrees of freedom exceeds with probability `tail` (0 < tail < 1); 0 when dof is 0. */
export function chiSquareUpperQuantile(tail: number, dof: number): number {
  if (dof <= 0) return 0;
  // Other degrees come from approximations and hardly ever come twice.
  if (!Number.isInteger(dof)) return findUpperQuantile(tail, dof);
  const ofTail = known.get(tail) ?? new Map<number, number>();
  known.set(tail, ofTail);
  const quantile = ofTail.get(dof) ?? findUpperQuantile(tail, dof);
  ofTail.set(dof, quantile);
  return quantile;
}

/**
 * Newton's steps on ln Q, which is concave and nearly straight, kept between bounds that always hold the quantile; where a
 * step leaves them, the middle is taken.
 */
function findUpperQuantile(tail: number, dof: number): number {
  const a = dof / 2;
  const lnGamma = logGamma(a);
  const lnTail = Math.log(tail);
  let [low, high] = [0, Number.POSITIVE_INFINITY];
  let x = Math.max(a, 0.5);
  for (let step = 0; step < 200; step += 1) {
    const q = upperGamma(a, x, lnGamma);
    if (q > tail) low = x;
    else high = x;
    const slope = -Math.exp((a - 1) * Math.log(x) - x - lnGamma) / q;
    const newton = x - (Math.log(q) - lnTail) / slope;
    const middle = high === Number.POSITIVE_INFINITY ? 2 * x : (low + high) / 2;
    const next = newton > low && newton < high ? newton : middle;
    if (Math.abs(next - x) <= 1e-15 * next) return 2 * next;
    x = next;
  }
  return 2 * x;
}

/** The z that a normal variable leaves in neither direction with probability `confidence`: 0.95 → 1.96. */
export function normalQuantile(confidence: number): number {
  return Math.sqrt(chiSquareUpperQuantile(1 - confidence, 1));
}

/** P(K > λ) of Kolmogorov's distribution: 2Σ(−1)^{j−1}e^{−2j²λ²}. */
export function kolmogorovTail(lambda: number): number {
  if (lambda < 0.2) return 1; // beyond double precision of 1, and the series hardly converges there
  let sum = 0;
  for (let j = 1; j <= 100; j += 1) {
    const term = Math.exp(-2 * j * j * lambda * lambda);
    sum += j % 2 === 1 ? term : -term;
    if (term < 1e-18) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}
