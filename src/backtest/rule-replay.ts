import type { Alert } from '../alerts/alert.js';
import { isCompanion } from '../evaluation/companion-alerts.js';
import { evaluateGroup } from '../evaluation/evaluate-group.js';
import type { RuleOutcome } from '../evaluation/evaluate-rule.js';
import type { RuleAnswer } from '../evaluation/rule-answer.js';
import { healthOf, nextStanding, type RuleHealth, type RuleStanding } from '../evaluation/rule-health.js';
import type { TemplateSurroundings } from '../evaluation/sight.js';
import { worstValue } from '../evaluation/worst-value.js';
import { countAt, samplesAt, type Steps } from '../prometheus/range-samples.js';
import { PrometheusError, type Sample } from '../prometheus/sample.js';
import type { Observation } from '../rules/kinds/kind.js';
import type { Rule, RuleGroup } from '../rules/rule.js';
import type { History, Piece } from './ask-history.js';
import type { PlannedRule } from './plan.js';
import { RuleRecord } from './rule-record.js';

const NONE: ReadonlySet<string> = new Set();
const NO_SEVERITIES: ReadonlyMap<string, string> = new Map();

/** One rule on its way through history: the service's own evaluator with alerts in memory. */
export class RuleReplay {
  readonly record: RuleRecord;
  private readonly open = new Map<string, Alert>();
  private standing: RuleStanding | undefined;
  private readonly watched: Rule;
  /** The rule's group with this rule alone: rules of a group do not depend on each other. */
  private readonly alone: RuleGroup;
  private observations: readonly Observation[] = [];
  /** Those of the slot at hand, when they were judged before its evaluation. */
  private judged: readonly Observation[] | undefined;
  /** How many there were when a whole evaluation last found them in order. */
  private settled: number | undefined;

  constructor(
    readonly planned: PlannedRule,
    private readonly surroundings: TemplateSurroundings,
    span: { readonly fromMs: number; readonly toMs: number },
  ) {
    const { rule } = planned;
    this.record = new RuleRecord(rule, span.fromMs, span.toMs);
    this.watched = {
      ...rule,
      judge: (samples, context) => (this.observations = this.judged ?? rule.judge(samples, context)),
    };
    this.alone = { ...planned.group, rules: [this.watched] };
  }

  /** What is pending or fires after the last slot, alerts that tell of the rule itself included. */
  openAlerts(): readonly Alert[] {
    return [...this.open.values()];
  }

  /** How the rule stood at the last slot; `ok` while nothing was to be seen. */
  health(): RuleHealth {
    return this.standing?.health ?? 'ok';
  }

  /** Evaluates the slots from `from` on and before `to`; `histories` are those of the rule's questions, in their order. */
  run(slots: Steps, histories: readonly History[], from: number, to: number): void {
    for (let k = from; k < to; k += 1) {
      const pieces = histories.map((history) => pieceAt(history, k));
      if (this.isIdle(pieces, k)) this.record.idle(1);
      else this.evaluate(new Date(slots.firstMs + k * slots.stepMs), this.answer(pieces, k));
    }
  }

  /** Plain PromQL without a series and without an alert: as in the service, nothing is to be done. */
  private isIdle(pieces: readonly Piece[], k: number): boolean {
    const restless = this.open.size > 0 || (this.standing?.health ?? 'ok') !== 'ok';
    if (!this.watched.absentMeansClear || restless) return false;
    return pieces.every(
      ({ first, answer }) => !(answer instanceof PrometheusError) && countAt(answer, k - first) === 0,
    );
  }

  private answer(pieces: readonly Piece[], k: number): RuleAnswer | PrometheusError {
    const samples: Record<string, readonly Sample[]> = {};
    for (const [index, { name }] of this.watched.queries.entries()) {
      const { first, answer } = pieces[index] as Piece;
      if (answer instanceof PrometheusError) return answer;
      samples[name] = samplesAt(answer, k - first);
    }
    return { samples };
  }

  private evaluate(slot: Date, answer: RuleAnswer | PrometheusError): void {
    if (this.staysQuiet(slot, answer)) return;
    const { open, record, surroundings, watched } = this;
    const { key } = watched;
    const { outcomes, changes, standings } = evaluateGroup(this.alone, {
      answers: new Map([[key, answer]]),
      open: [...open.values()],
      standings: new Map(this.standing ? [[key, this.standing]] : []),
      excused: false,
      slot,
      surroundings,
    });
    this.standing = standings.get(key)?.after ?? this.standing;
    this.settled = this.observations.length;
    for (const change of changes) {
      const { alert, deleted } = change;
      if (deleted || alert.state === 'resolved') open.delete(alert.fingerprint);
      else open.set(alert.fingerprint, alert);
      record.change(change);
    }
    const { health, error, worst } = outcomes.get(key) as RuleOutcome;
    if (error !== undefined) record.error = error;
    record.slot(slot.getTime(), { alerts: this.alerts(), health, worst, threshold: this.threshold(worst) });
  }

  /**
   * Whether a slot changes nothing, told from the verdicts alone, which is most slots of most rules at a third of the cost.
   * Without an open alert and a breach no alert can change; the whole evaluation is left only for the rule's standing, so that
   * must stay as well, and there must be as many observations as the last whole evaluation found to be of different labels.
   */
  private staysQuiet(slot: Date, answer: RuleAnswer | PrometheusError): boolean {
    const { rule } = this.planned;
    const { open, standing, record } = this;
    this.judged = undefined;
    if (open.size > 0 || standing === undefined || answer instanceof PrometheusError) return false;
    const observations = rule.judge(answer.samples, { now: slot, firing: NONE, severities: NO_SEVERITIES });
    this.judged = observations;
    this.observations = observations;
    if (observations.length !== this.settled) return false;
    if (observations.some(({ verdict }) => verdict === 'breached')) return false;
    const health = healthOf(rule, observations, answer.scanned);
    if (nextStanding(standing, { health }, rule, slot) !== standing) return false;
    const worst = worstValue(rule, observations);
    record.slot(slot.getTime(), { alerts: 'none', health, worst, threshold: this.threshold(worst) });
    return true;
  }

  private alerts(): 'firing' | 'pending' | 'none' {
    let found: 'pending' | 'none' = 'none';
    for (const alert of this.open.values()) {
      // What is told of the rule itself is not what the rule tells.
      if (isCompanion(alert, this.watched)) continue;
      if (alert.state === 'firing') return 'firing';
      found = 'pending';
    }
    return found;
  }

  /** The line that the remembered value was held against. */
  private threshold(worst: number | null): number | null {
    const { observations } = this;
    const told = observations.find(({ value }) => value === worst) ?? observations[0];
    return told?.evidence?.threshold ?? null;
  }
}

function pieceAt(history: History, k: number): Piece {
  if (history.length === 1) return history[0] as Piece;
  let [low, high] = [0, history.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((history[middle] as Piece).first <= k) low = middle;
    else high = middle - 1;
  }
  return history[low] as Piece;
}
