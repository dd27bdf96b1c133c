import pLimit from 'p-limit';
import type { TemplateSurroundings } from '../evaluation/sight.js';
import type { Steps } from '../prometheus/range-samples.js';
import { type AskRange, askHistory, type History } from './ask-history.js';
import { type BacktestPlan, slotsWithin } from './plan.js';
import { RuleReplay } from './rule-replay.js';

/** How far a replay has come. */
export interface Progress {
  /** Share of the work, 0–1. */
  readonly done: number;
  readonly requests: number;
  readonly points: number;
  /** Slots up to here are done; Unix milliseconds, exclusive. */
  readonly coveredMs: number;
}

/** What a replay needs of the world. */
export interface ReplayIo {
  readonly ask: AskRange;
  /** Range queries under way at a time. */
  readonly concurrency: number;
  /** Most steps of one query; 10,000 unless given. */
  readonly mostSteps?: number;
  readonly signal: AbortSignal;
  /** Lets everything else that waits have its turn. */
  readonly breathe: () => Promise<void>;
  readonly progress: (progress: Progress) => void;
}

/** The rules after a replay, and how far it came: to the end unless it was stopped. */
export interface ReplayedRules extends Progress {
  readonly replays: readonly RuleReplay[];
  /** Points each question came to, by its key. */
  readonly pointsOf: ReadonlyMap<string, number>;
}

/** Prometheus refuses more than 11,000 steps a query. */
const MOST_STEPS = 10_000;
const FEWEST_STEPS = 60;
/** Of the first chunk, which shows how many series there are. */
const FIRST_STEPS = 1000;
/** Points of one chunk in memory, about; two chunks are there at a time, at 12 bytes a point. */
const POINTS_PER_CHUNK = 2_000_000;
/** Evaluations between two breaths. */
const SLICE = 10_000;

type Chunk = { readonly endMs: number; readonly answers: Promise<ReadonlyMap<string, History>> };

/**
 * Sends every rule of the plan through history, chunk by chunk: what a chunk holds is asked while the one before is
 * evaluated, and forgotten afterwards. Rules depend on nothing but their own alerts, so each goes through a chunk in one go.
 * Once the signal is aborted, resolves with what whole chunks came to. Rejects with a PrometheusError when the server is away.
 */
export async function replayRules(
  plan: BacktestPlan,
  surroundings: TemplateSurroundings,
  io: ReplayIo,
): Promise<ReplayedRules> {
  const replays = plan.rules.map((rule) => new RuleReplay(rule, surroundings, plan));
  const limit = pLimit(io.concurrency);
  const pointsOf = new Map<string, number>();
  const endOfAll = plan.toMs + 1;
  const shortestMs = Math.min(...plan.rules.map(({ stepMs }) => stepMs));
  const totalWork = (plan.questions.length + replays.length) * (endOfAll - plan.fromMs);
  let [work, requests, points, coveredMs, askedMs] = [0, 0, 0, plan.fromMs, plan.fromMs];
  const state = (): Progress => ({ done: Math.min(1, work / totalWork), requests, points, coveredMs });
  const report = (ms: number): void => {
    work += ms;
    io.progress(state());
  };

  const open = (steps: number): Chunk => {
    const startMs = askedMs;
    const endMs = Math.min(endOfAll, startMs + steps * shortestMs);
    askedMs = endMs;
    const asked = plan.questions.map((question) =>
      limit(async (): Promise<[string, History]> => {
        io.signal.throwIfAborted();
        const found = await askHistory(
          question,
          slotsWithin(startMs, endMs, question.stepMs),
          io.ask,
          io.signal,
        );
        requests += found.requests;
        points += found.points;
        pointsOf.set(question.key, (pointsOf.get(question.key) ?? 0) + found.points);
        report(endMs - startMs);
        return [question.key, found.history];
      }),
    );
    const answers = Promise.all(asked).then((all) => new Map(all));
    // It may fail while the chunk before is evaluated; whoever awaits it hears of it.
    answers.catch(() => undefined);
    return { endMs, answers };
  };

  /** Slice by slice, so that a stop leaves all rules at the same instant. */
  const evaluate = async (answers: ReadonlyMap<string, History>, endMs: number): Promise<void> => {
    const startMs = coveredMs;
    const sliceMs = Math.max(shortestMs, Math.ceil((SLICE * shortestMs) / replays.length));
    while (coveredMs < endMs && !io.signal.aborted) {
      const untilMs = Math.min(endMs, coveredMs + sliceMs);
      for (const replay of replays) {
        const { questions, stepMs } = replay.planned;
        const slots: Steps = slotsWithin(startMs, endMs, stepMs);
        const histories = questions.map(({ key }) => answers.get(key) as History);
        const slotAt = (ms: number): number => Math.max(0, Math.ceil((ms - slots.firstMs) / stepMs));
        replay.run(slots, histories, slotAt(coveredMs), Math.min(slots.count, slotAt(untilMs)));
      }
      report((untilMs - coveredMs) * replays.length);
      coveredMs = untilMs;
      await io.breathe();
    }
  };

  const mostSteps = io.mostSteps ?? MOST_STEPS;
  let steps = Math.min(FIRST_STEPS, mostSteps);
  let next: Chunk | undefined = replays.length === 0 ? undefined : open(steps);
  try {
    while (next && !io.signal.aborted) {
      const chunk: Chunk = next;
      const answers = await chunk.answers;
      const perStep = points / ((askedMs - plan.fromMs) / shortestMs);
      const affordable = Math.floor(POINTS_PER_CHUNK / Math.max(perStep, 1));
      steps = Math.min(mostSteps, Math.max(FEWEST_STEPS, affordable));
      next = askedMs < endOfAll ? open(steps) : undefined;
      await evaluate(answers, chunk.endMs);
    }
  } catch (error) {
    if (!io.signal.aborted) throw error;
  }
  return { ...state(), replays, pointsOf };
}
