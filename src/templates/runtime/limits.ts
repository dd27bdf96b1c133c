/** What one rendering may use. Beyond any of them it ends with an error text. */
export interface Limits {
  /** Size of the result, bytes of UTF-8. */
  readonly outputBytes: number;
  /** Passes through all ranges together, and calls of templates. */
  readonly iterations: number;
  /** Blocks and templates inside one another while they run. */
  readonly depth: number;
  /** Everything else: steps taken plus characters of texts handed to and from functions. */
  readonly work: number;
}

/** Generous for a message to people, small enough that rendering takes milliseconds. */
export const DEFAULT_LIMITS: Limits = {
  outputBytes: 65_536,
  iterations: 10_000,
  depth: 500,
  work: 4_000_000,
};

/** Counts what a rendering uses. Each method returns what went over its limit, or undefined. */
export class Budget {
  readonly #limits: Limits;
  #bytes = 0;
  #iterations = 0;
  #work = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  output(text: string): string | undefined {
    this.#bytes += Buffer.byteLength(text);
    return this.#bytes > this.#limits.outputBytes
      ? `output exceeds ${this.#limits.outputBytes} bytes`
      : undefined;
  }

  iteration(): string | undefined {
    return ++this.#iterations > this.#limits.iterations
      ? `more than ${this.#limits.iterations} loop iterations`
      : undefined;
  }

  depth(depth: number): string | undefined {
    return depth > this.#limits.depth ? `exceeded maximum template depth (${this.#limits.depth})` : undefined;
  }

  work(amount: number): string | undefined {
    this.#work += amount;
    return this.#work > this.#limits.work
      ? `takes too much work: more than ${this.#limits.work} steps`
      : undefined;
  }
}
