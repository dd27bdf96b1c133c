import { Injectable } from '@nestjs/common';
import { PrometheusClient } from '../prometheus/prometheus.client.js';
import { type PrometheusAnswer, PrometheusError, type PromQuery, type Sample } from '../prometheus/sample.js';
import type { Rule, RuleGroup } from '../rules/rule.js';
import type { AnswerByRule, RuleAnswer } from './rule-answer.js';

type Answer = PrometheusAnswer | PrometheusError;

/** Asks what the rules of a group want to know at one slot. */
@Injectable()
export class GroupAsker {
  constructor(private readonly prometheus: PrometheusClient) {}

  /** Every distinct question of the group once; rules that ask the same share the answer. Failures are answers too. */
  async ask(group: RuleGroup, slot: Date, signal: AbortSignal): Promise<AnswerByRule> {
    const questions = new Map<string, PromQuery & { stats: boolean }>();
    for (const rule of group.rules) {
      for (const query of rule.queries) {
        const key = questionKey(query);
        // Kinds tell missing series by themselves.
        const stats = rule.kind === 'expr' || questions.get(key)?.stats === true;
        questions.set(key, { ...query, stats });
      }
    }
    const asked = [...questions].map(async ([key, query]): Promise<[string, Answer]> => {
      const at = new Date(slot.getTime() - group.queryOffsetMs - (query.offsetMs ?? 0));
      try {
        return [key, await this.prometheus.query(query.expr, at, { signal, stats: query.stats })];
      } catch (error) {
        if (error instanceof PrometheusError) return [key, error];
        throw error;
      }
    });
    const answers = new Map(await Promise.all(asked));
    return new Map(group.rules.map((rule) => [rule.key, answerOf(rule, answers)]));
  }
}

function questionKey(query: PromQuery): string {
  return `${query.offsetMs ?? 0} ${query.expr}`;
}

/** The answers of one rule by query name, or the first failure among them. */
function answerOf(rule: Rule, answers: ReadonlyMap<string, Answer>): RuleAnswer | PrometheusError {
  const samples: Record<string, readonly Sample[]> = {};
  let scanned: number | undefined = 0;
  for (const query of rule.queries) {
    const answer = answers.get(questionKey(query)) as Answer;
    if (answer instanceof PrometheusError) return answer;
    samples[query.name] = answer.samples;
    scanned = scanned === undefined || answer.scanned === undefined ? undefined : scanned + answer.scanned;
  }
  return { samples, ...(scanned === undefined ? {} : { scanned }) };
}
