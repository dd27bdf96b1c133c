import type { RangeSamples, Steps } from '../prometheus/range-samples.js';
import { PrometheusError } from '../prometheus/sample.js';
import type { Question } from './plan.js';

/** Asks one range query. Rejects with a PrometheusError, or with the signal's reason. */
export type AskRange = (expr: string, steps: Steps, signal: AbortSignal) => Promise<RangeSamples>;

/** What is known of one question for some slots that follow each other: the answer, or why there is none. */
export interface Piece {
  /** Number of the first slot, and how many there are. */
  readonly first: number;
  readonly count: number;
  readonly answer: RangeSamples | PrometheusError;
}

/** The pieces of one question over some slots, in order and without gaps. */
export type History = readonly Piece[];

/** What asking came to. */
export interface Asked {
  readonly history: History;
  readonly requests: number;
  readonly points: number;
}

/** Requests spent at most on finding the slots that fail; what still fails then is a failure as a whole. */
const MOST_SPLITS = 64;

/**
 * The history of a question over `slots`. One failing slot makes a whole range query fail, where an instant query would have
 * failed at that slot alone; and a range may be too much at once. So a part that fails is asked again in halves.
 * A server that is away ends everything: rejects with its PrometheusError.
 */
export async function askHistory(
  question: Question,
  slots: Steps,
  ask: AskRange,
  signal: AbortSignal,
): Promise<Asked> {
  let [requests, splits, points] = [0, 0, 0];
  const part = async (first: number, count: number): Promise<Piece[]> => {
    if (question.slotBySlot && count > 1) return halves(first, count);
    const firstMs = slots.firstMs + first * slots.stepMs - question.offsetMs;
    requests += 1;
    try {
      const answer = await ask(question.expr, { ...slots, firstMs, count }, signal);
      points += answer.values.length;
      return [{ first, count, answer }];
    } catch (error) {
      if (!(error instanceof PrometheusError) || error.reason === 'unavailable') throw error;
      splits += 1;
      if (count === 1 || splits > MOST_SPLITS || error.reason === 'bad_response')
        return [{ first, count, answer: error }];
      return halves(first, count);
    }
  };
  const halves = async (first: number, count: number): Promise<Piece[]> => {
    const half = Math.floor(count / 2);
    return [...(await part(first, half)), ...(await part(first + half, count - half))];
  };
  const history = slots.count === 0 ? [] : await part(0, slots.count);
  return { history, requests, points };
}
