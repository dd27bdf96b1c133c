import type { Question } from './plan-queries.js';

/** Every question that is not known to touch a sample is looked at this often; milliseconds. */
const LOOK_EVERY_MS = 10 * 60_000;

/**
 * Remembers how many samples questions touch that share a query. The answer to a shared query tells only how many all of
 * them touch, so those that come back empty are asked by themselves now and then, a few at a slot.
 */
export class ScanMemory {
  private readonly known = new WeakMap<
    Question,
    { readonly scanned: number | undefined; readonly atMs: number }
  >();

  /** What was noted last; undefined when that is nothing, or nothing was told. */
  scannedBy(question: Question): number | undefined {
    return this.known.get(question)?.scanned;
  }

  /** Notes how many samples a question touched, at least; undefined when asking it by itself did not tell. */
  note(question: Question, scanned: number | undefined, slot: Date): void {
    this.known.set(question, { scanned, atMs: slot.getTime() });
  }

  /** Which of the questions to ask by themselves at a slot, so that each one's turn comes every ten minutes. */
  due(questions: readonly Question[], slot: Date, intervalMs: number): readonly Question[] {
    const before = slot.getTime() - LOOK_EVERY_MS;
    const lastLook = (question: Question): number => this.known.get(question)?.atMs ?? -Infinity;
    return questions
      .filter((question) => lastLook(question) <= before)
      .toSorted((a, b) => (lastLook(a) < lastLook(b) ? -1 : 1))
      .slice(0, Math.ceil((questions.length * intervalMs) / LOOK_EVERY_MS));
  }
}
