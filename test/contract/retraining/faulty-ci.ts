import { z } from 'zod';
import type { CiProvider, CiRef, CiStatus } from '../../../src/retraining/ci/ci-provider.js';
import type { Chance } from './chance.js';

/** A second and a minute, in milliseconds. */
const [SECOND, MINUTE] = [1000, 60_000];

/** What becomes of a trigger on its way to the CI system and back. */
export type Fate =
  | 'taken'
  | 'answer_lost'
  | 'request_lost'
  | 'late_answer'
  | 'conflict'
  | 'gateway_after'
  | 'gateway_before'
  | 'rate_limited'
  | 'reset_after'
  | 'reset_before'
  | 'delayed'
  | 'killed_before'
  | 'killed_after';

/** How often each happens; every second trigger meets trouble. */
const FATES: Readonly<Record<Fate, number>> = {
  taken: 40,
  answer_lost: 6,
  request_lost: 6,
  late_answer: 5,
  conflict: 2,
  gateway_after: 5,
  gateway_before: 5,
  rate_limited: 5,
  reset_after: 5,
  reset_before: 5,
  delayed: 8,
  killed_before: 5,
  killed_after: 5,
};

/** A CI run as the CI system itself has it, whatever anybody was told of it. Milliseconds. */
export interface CiRun {
  readonly id: string;
  readonly of: string;
  readonly arrivedAt: number;
  /** No search shows it before. */
  readonly shownAt: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly end: 'succeeded' | 'failed';
  cancelledAt?: number;
}

/** What the CI system saw of Retune, for an oracle that trusts nothing else. */
export interface Seen {
  readonly what: 'trigger' | 'searched' | 'refused';
  readonly at: number;
  /** CI runs that a search showed. */
  readonly found?: number;
}

/** A promise of a process that died: nobody ever hears of it again. */
export const DEAD = (): Promise<never> => new Promise<never>(() => undefined);

/** A CI system behind a network with every fault, where also the process that asks may die at any moment. */
export class FaultyCi {
  readonly runs: CiRun[] = [];
  readonly seen = new Map<string, Seen[]>();
  readonly fates = new Map<Fate, number>();
  /** Answers that are still on their way. */
  private held: { readonly id: string; readonly dueAt: number; give(): void }[] = [];
  /** Requests that their senders have given up. */
  private delayed: { readonly id: string; readonly dueAt: number }[] = [];
  /** Fates of the next triggers; chance decides once it is empty. */
  next: Fate[] = [];
  /** Between a request that is delayed and its arrival. */
  delayMs = (id: string): number =>
    Number(this.chanceOf(id).pick({ 20: 4, 200: 3, 600: 2, 1500: 1 })) * SECOND;
  /** How late searches show a run. */
  lagMs = (id: string): number => Number(this.chanceOf(id).pick({ 0: 6, 20: 2, 80: 1, 240: 1 })) * SECOND;
  /** Whether a status, a search or a wish to cancel goes wrong; `killed` takes the process with it. */
  trouble = (id: string): 'none' | 'fails' | 'killed' =>
    this.chanceOf(id).pick({ none: 86, fails: 12, killed: 2 });
  /** How long a run takes once it has started; one in so many hangs. */
  takesMs = (id: string): number =>
    this.chanceOf(id).one(12) ? Infinity : (3 + this.chanceOf(id).below(40)) * MINUTE;
  readonly provider: CiProvider;

  constructor(
    /** Chance of each run of ours, so that its fate depends on nothing that happens to others. */
    private readonly chanceOf: (id: string) => Chance,
    private readonly idempotency: CiProvider['idempotency'],
    private readonly now: () => Date,
    /** Told when the process that takes this run a step further is never heard of again, or not for long. */
    private readonly left: (id: string) => void = () => undefined,
  ) {
    this.provider = {
      type: 'faulty',
      summary: '',
      Config: z.unknown(),
      idempotency,
      settleMs: 90_000,
      claimsWithRefId: true,
      trigger: async ({ correlationId }) => this.trigger(correlationId),
      ...(idempotency === 'none' ? {} : { find: async (id: string) => this.find(id) }),
      status: async (ref) => this.status(ref),
      cancel: async (ref) => this.cancel(ref),
    };
  }

  /** What is due on the network: requests arrive that were given up, and answers come for which nobody waits any more: ids of these. */
  arrive(): readonly string[] {
    const now = this.now().getTime();
    const due = this.delayed.filter(({ dueAt }) => dueAt <= now);
    this.delayed = this.delayed.filter(({ dueAt }) => dueAt > now);
    for (const { id } of due) this.make(id);
    const answers = this.held.filter((answer) => answer.dueAt <= now);
    this.held = this.held.filter((answer) => answer.dueAt > now);
    for (const answer of answers) answer.give();
    return answers.map(({ id }) => id);
  }

  /** Whether a request that its sender gave up may still arrive. */
  underWay(id: string): boolean {
    return this.delayed.some((request) => request.id === id);
  }

  /** CI runs of one of ours, oldest first. */
  of(id: string): readonly CiRun[] {
    return this.runs.filter((run) => run.of === id);
  }

  /** Whether a CI run is queued or running. */
  alive(run: CiRun, at = this.now().getTime()): boolean {
    return run.cancelledAt === undefined && at < run.endsAt;
  }

  private note(id: string, seen: Omit<Seen, 'at'>): void {
    const at = this.now().getTime();
    this.seen.set(id, [...(this.seen.get(id) ?? []), { ...seen, at }]);
  }

  /** A request that arrives. Where the caller picks the id, the second of an id makes nothing. */
  private make(id: string): CiRef {
    const [known] = this.of(id);
    if (known && this.idempotency === 'native') return { id: known.id };
    const now = this.now().getTime();
    const chance = this.chanceOf(id);
    const startsAt = now + chance.below(4) * MINUTE;
    const made: CiRun = {
      id: `ci-${this.runs.length + 1}`,
      of: id,
      arrivedAt: now,
      shownAt: now + this.lagMs(id),
      startsAt,
      endsAt: startsAt + this.takesMs(id),
      end: chance.one(4) ? 'failed' : 'succeeded',
    };
    this.runs.push(made);
    return { id: made.id };
  }

  private async trigger(id: string): ReturnType<CiProvider['trigger']> {
    const fate = this.next.shift() ?? this.chanceOf(id).pick(FATES);
    this.fates.set(fate, (this.fates.get(fate) ?? 0) + 1);
    this.note(id, { what: 'trigger' });
    const triggered = (): Awaited<ReturnType<CiProvider['trigger']>> => {
      const adopted = this.idempotency === 'native' && this.of(id).length > 0;
      return { kind: 'triggered', adopted, ref: this.make(id) };
    };
    const lost = { kind: 'ambiguous', detail: fate } as const;
    switch (fate) {
      case 'taken':
        return triggered();
      case 'conflict':
        this.note(id, { what: 'refused' });
        return { kind: 'refused', reason: 'invalid_request', retryable: false, detail: 'HTTP 409' };
      case 'rate_limited':
        this.note(id, { what: 'refused' });
        return { kind: 'refused', reason: 'rate_limited', retryable: true, retryAfterMs: 20_000, detail: '' };
      case 'late_answer': {
        const answer = triggered();
        const dueAt = this.now().getTime() + (30 + this.chanceOf(id).below(300)) * SECOND;
        this.left(id);
        return new Promise((resolve) => this.held.push({ id, dueAt, give: () => resolve(answer) }));
      }
      case 'delayed':
        this.delayed.push({ id, dueAt: this.now().getTime() + this.delayMs(id) });
        return lost;
      case 'answer_lost':
      case 'gateway_after':
        this.make(id);
        return lost;
      case 'reset_after':
        this.make(id);
        throw new Error('socket hang up');
      case 'reset_before':
        throw new Error('read ECONNRESET');
      case 'killed_before':
      case 'killed_after':
        if (fate === 'killed_after') this.make(id);
        this.left(id);
        return DEAD();
      default:
        return lost;
    }
  }

  private async goWrong(id: string): Promise<void> {
    const trouble = this.trouble(id);
    if (trouble === 'fails') throw new Error('HTTP 502');
    if (trouble !== 'killed') return;
    this.left(id);
    await DEAD();
  }

  private async find(id: string): Promise<readonly CiRef[]> {
    await this.goWrong(id);
    const now = this.now().getTime();
    const shown = this.of(id).filter(({ shownAt }) => shownAt <= now);
    this.note(id, { what: 'searched', found: shown.length });
    return shown.map((run) => ({ id: run.id }));
  }

  private async status(ref: CiRef): Promise<CiStatus> {
    const run = this.runs.find(({ id }) => id === ref.id);
    await this.goWrong(run?.of ?? ref.id);
    const now = this.now().getTime();
    if (!run) return { state: 'unknown', raw: '' };
    if (run.cancelledAt !== undefined) return { state: 'cancelled', raw: '' };
    if (now < run.startsAt) return { state: 'queued', raw: '' };
    return { state: now < run.endsAt ? 'running' : run.end, raw: '' };
  }

  private async cancel(ref: CiRef): Promise<'requested' | 'already_finished'> {
    const run = this.runs.find(({ id }) => id === ref.id);
    await this.goWrong(run?.of ?? ref.id);
    if (!run) throw new Error('HTTP 404');
    if (!this.alive(run)) return 'already_finished';
    run.cancelledAt = this.now().getTime();
    return 'requested';
  }
}
