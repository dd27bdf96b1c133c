import { z } from 'zod';
import type { CiProvider, CiStatus } from '../../../src/retraining/ci/ci-provider.js';
import type { Chance } from './chance.js';

const MINUTE = 60_000;

interface Pipeline {
  readonly startedMs: number;
  readonly startsAfterMs: number;
  readonly takesMs: number;
  readonly end: 'succeeded' | 'failed' | 'timed_out' | 'never';
}

/** A CI system with bad days: refuses, loses answers, shows runs late, and lets them fail, hang or never start. */
export class RandomCi {
  /** Pipelines by correlation id; more than one of an id is a run trained twice. */
  readonly pipelines = new Map<string, Pipeline[]>();
  /** Ids that no search ever shows. */
  private readonly hidden = new Set<string>();
  readonly provider: CiProvider = {
    type: 'fake',
    summary: '',
    Config: z.unknown(),
    idempotency: 'searchable',
    settleMs: 90_000,
    trigger: async ({ correlationId: id }, _config, { now }) => {
      const fate = this.chance.pick({
        taken: 70,
        later: 8,
        refused: 4,
        lost: 7,
        dropped: 4,
        broken: 3,
        hidden: 4,
      });
      if (fate === 'later' || fate === 'refused')
        return {
          kind: 'refused',
          reason: fate === 'later' ? 'rate_limited' : 'invalid_request',
          retryable: fate === 'later',
          detail: '',
        };
      if (fate === 'dropped') return { kind: 'ambiguous', detail: 'nothing arrived' };
      this.make(id, now);
      if (fate === 'broken') throw new Error('socket hang up');
      if (fate === 'hidden') this.hidden.add(id);
      if (fate === 'lost' || fate === 'hidden') return { kind: 'ambiguous', detail: 'the answer was lost' };
      return { kind: 'triggered', adopted: false, ref: { id } };
    },
    find: async (id) => {
      if (this.hidden.has(id) || this.chance.one(10)) throw new Error('search is away');
      return (this.pipelines.get(id) ?? []).map(() => ({ id }));
    },
    status: async (_ref, id, _config, { now }) => this.status(id, now),
    cancel: async () => 'requested',
  };

  constructor(private readonly chance: Chance) {}

  private make(id: string, now: Date): void {
    const pipeline = {
      startedMs: now.getTime(),
      startsAfterMs: this.chance.one(20) ? Infinity : this.chance.below(10) * MINUTE,
      takesMs: (5 + this.chance.below(300)) * MINUTE,
      end: this.chance.pick({ succeeded: 74, failed: 16, timed_out: 5, never: 5 }),
    };
    this.pipelines.set(id, [...(this.pipelines.get(id) ?? []), pipeline]);
  }

  private status(id: string, now: Date): CiStatus {
    const [pipeline] = this.pipelines.get(id) ?? [];
    if (!pipeline) return { state: 'unknown', raw: '' };
    const age = now.getTime() - pipeline.startedMs - pipeline.startsAfterMs;
    if (!(age >= 0)) return { state: 'queued', raw: '' };
    if (age < pipeline.takesMs || pipeline.end === 'never') return { state: 'running', raw: '' };
    return { state: pipeline.end, raw: '' };
  }
}
