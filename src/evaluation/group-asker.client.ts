import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Metrics } from '../platform/metrics.client.js';
import { PrometheusClient } from '../prometheus/prometheus.client.js';
import { type PrometheusAnswer, PrometheusError } from '../prometheus/sample.js';
import { comparesHere, type FusedMember, splitAnswer, textOf } from '../promql/fuse-queries.js';
import type { RuleGroup } from '../rules/rule.js';
import { ApartMemory } from './apart-memory.js';
import {
  answersByRule,
  type PlannedQuery,
  planQueries,
  type QueryPlan,
  type Question,
} from './plan-queries.js';
import type { AnswerByRule } from './rule-answer.js';
import { ScanMemory } from './scan-memory.js';

/** More series per member than this cost more to send and to read than a query for each member. */
const WIDE = 100;

type Answer = PrometheusAnswer | PrometheusError;
type Answered = readonly (readonly [question: Question, answer: Answer])[];

/** When and for how long questions are asked. */
interface Round {
  readonly slot: Date;
  /** The slot, as early as the group asks for. */
  readonly atMs: number;
  readonly signal: AbortSignal;
}

/** Asks what the rules of a group want to know at one slot, in as few queries as give the same answers. */
@Injectable()
export class GroupAsker {
  private readonly plans = new WeakMap<RuleGroup, QueryPlan>();
  private readonly apart = new ApartMemory();
  private readonly scans = new ScanMemory();
  private readonly queries: Counter<'outcome'>;
  private readonly wanted: Counter;

  constructor(
    private readonly prometheus: PrometheusClient,
    metrics: Metrics,
  ) {
    this.queries = metrics.counter('retune_prometheus_queries_total', 'Queries for rules by outcome', [
      'outcome',
    ]);
    this.wanted = metrics.counter(
      'retune_rule_questions_total',
      'What rules wanted to know, before it was shared',
    );
  }

  /**
   * The answers to every rule of the group. Equal questions are one, and those alike are fused into one query, which a failure
   * of its own splits again, so that a rule fails by its own expression only. Failures are answers too.
   */
  async ask(group: RuleGroup, slot: Date, signal: AbortSignal): Promise<AnswerByRule> {
    const plan = this.planOf(group);
    this.wanted.inc(plan.wanted);
    const round = { slot, atMs: slot.getTime() - group.queryOffsetMs, signal };
    const answered = (await Promise.all(plan.queries.map((query) => this.askPlanned(query, round)))).flat();
    const scanned = await this.scan(answered, round, group.intervalMs);
    return answersByRule(group.rules, new Map(scanned.map(([{ key }, answer]) => [key, answer])));
  }

  private planOf(group: RuleGroup): QueryPlan {
    const known = this.plans.get(group);
    const plan = known ?? planQueries(group.rules);
    if (!known) this.plans.set(group, plan);
    return plan;
  }

  private async askPlanned(planned: PlannedQuery, round: Round): Promise<Answered> {
    const { members } = planned.query;
    const apart = this.apart.at(round.slot, planned);
    const together = members.filter(({ expr }) => !apart.has(expr));
    if (together.length < 2) return this.askAlone(planned, members, round);
    const alone = members.filter(({ expr }) => apart.has(expr));
    const parts = [this.askTogether(planned, together, round), this.askAlone(planned, alone, round)];
    return (await Promise.all(parts)).flat();
  }

  private async askTogether(
    planned: PlannedQuery,
    members: readonly FusedMember[],
    round: Round,
  ): Promise<Answered> {
    const questions = members.map((member) => questionOf(planned, member));
    const scan = questions.some((question) => question.scan);
    const answer = await this.query(textOf(planned.query, members), planned.offsetMs, scan, round);
    if (answer instanceof PrometheusError) {
      if (!isOwnFault(answer)) return questions.map((question) => [question, answer]);
      const alone = await this.askAlone(planned, members, round);
      const faulty = alone.filter(([, own]) => own instanceof PrometheusError && isOwnFault(own));
      const parted = faulty.length > 0 ? faulty : alone;
      this.apart.part(
        round.slot,
        planned,
        parted.map(([{ expr }]) => expr),
      );
      return alone;
    }
    if (comparesHere(members) && answer.samples.length > WIDE * members.length)
      this.apart.part(
        round.slot,
        planned,
        members.map(({ expr }) => expr),
      );
    const split = splitAnswer(members, answer.samples);
    return questions.map((question) => {
      const samples = split.get(question.expr) ?? [];
      const scanned = answer.scanned === 0 ? 0 : samples.length > 0 ? samples.length : undefined;
      return [question, { samples, ...(scanned === undefined ? {} : { scanned }) }];
    });
  }

  private async askAlone(
    planned: PlannedQuery,
    members: readonly FusedMember[],
    round: Round,
  ): Promise<Answered> {
    return Promise.all(
      members.map(async (member): Promise<Answered[number]> => {
        const question = questionOf(planned, member);
        return [question, await this.query(question.expr, question.offsetMs, question.scan, round)];
      }),
    );
  }

  /** Fills in how many samples were touched where a shared query did not tell. */
  private async scan(answered: Answered, round: Round, intervalMs: number): Promise<Answered> {
    const untold: Question[] = [];
    for (const [question, answer] of answered) {
      if (!question.scan || answer instanceof PrometheusError) continue;
      if (answer.scanned === undefined) untold.push(question);
      else this.scans.note(question, answer.scanned, round.slot);
    }
    await Promise.all(
      this.scans.due(untold, round.slot, intervalMs).map(async (question) => {
        const answer = await this.query(question.expr, question.offsetMs, true, round);
        this.scans.note(question, answer instanceof PrometheusError ? undefined : answer.scanned, round.slot);
      }),
    );
    const told = new Set(untold);
    return answered.map(([question, answer]) => {
      const scanned = told.has(question) ? this.scans.scannedBy(question) : undefined;
      if (answer instanceof PrometheusError || scanned === undefined) return [question, answer];
      return [question, { ...answer, scanned }];
    });
  }

  private async query(
    expr: string,
    offsetMs: number,
    stats: boolean,
    { atMs, signal }: Round,
  ): Promise<Answer> {
    try {
      const answer = await this.prometheus.query(expr, new Date(atMs - offsetMs), { signal, stats });
      this.queries.inc({ outcome: 'ok' });
      return answer;
    } catch (error) {
      if (!(error instanceof PrometheusError)) throw error;
      this.queries.inc({ outcome: error.reason });
      return error;
    }
  }
}

function questionOf(planned: PlannedQuery, { expr }: FusedMember): Question {
  return planned.questions.get(expr) as Question;
}

/** Whether the question is to blame, and not the way to Prometheus. */
function isOwnFault({ reason }: PrometheusError): boolean {
  return reason !== 'unavailable' && reason !== 'timeout';
}
