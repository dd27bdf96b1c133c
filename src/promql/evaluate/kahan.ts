/**
 * A running sum with a correction for what rounding lost, as Prometheus adds wherever it adds much.
 * Source: Neumaier's variant of Kahan summation, ZAMM 54 (1974).
 */
export class KahanSum {
  private correction = 0;

  constructor(private sum = 0) {}

  /** Adds one number. */
  add(value: number): void {
    const next = this.sum + value;
    if (Math.abs(this.sum) >= Math.abs(value)) this.correction += this.sum - next + value;
    else this.correction += value - next + this.sum;
    this.sum = next;
  }

  /** Multiplies what was summed. */
  scale(factor: number): void {
    this.sum *= factor;
    this.correction *= factor;
  }

  /** The sum without the correction: what overflows first. */
  get raw(): number {
    return this.sum;
  }

  /** The sum; one that overflowed stays infinite. */
  get total(): number {
    return Number.isFinite(this.sum) ? this.corrected : this.sum;
  }

  /** The sum with its correction, which is NaN once the sum overflowed. */
  get corrected(): number {
    return this.sum + this.correction;
  }
}

/** The sum of numbers. */
export function sumOf(values: Iterable<number>): number {
  const sum = new KahanSum();
  for (const value of values) sum.add(value);
  return sum.total;
}

/** The mean of at least one number: their sum by their count, or step by step once the sum would overflow. */
export function meanOf(values: readonly number[]): number {
  const sum = new KahanSum();
  for (const [index, value] of values.entries()) {
    const before = new KahanSum(sum.raw);
    before.add(value);
    if (!Number.isFinite(before.raw)) return stepByStep(sum.total / Math.max(index, 1), index, values);
    sum.add(value);
  }
  return sum.total / values.length;
}

function stepByStep(start: number, from: number, values: readonly number[]): number {
  const mean = new KahanSum(from === 0 ? 0 : start);
  for (let index = from; index < values.length; index += 1) {
    mean.scale(index / (index + 1));
    mean.add((values[index] as number) / (index + 1));
  }
  return mean.total;
}

/** The population variance of at least one number (Welford's method). */
export function varianceOf(values: readonly number[]): number {
  const mean = new KahanSum();
  const squares = new KahanSum();
  for (const [index, value] of values.entries()) {
    const delta = value - mean.corrected;
    mean.add(delta / (index + 1));
    squares.add(delta * (value - mean.corrected));
  }
  return squares.corrected / values.length;
}
