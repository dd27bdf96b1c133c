import { describe, expect, it } from '@jest/globals';
import { parseMatcher } from '../alerts/matcher-parse.js';
import { compilePolicy, type Policy } from '../retraining/policy.js';
import { PolicyConfig } from '../retraining/policy.schema.js';
import { replayPolicies } from './replay-policies.js';
import { reportPolicy } from './report-policy.js';
import type { UnnumberedRow } from './rule-record.js';
import type { RunAssumptions } from './simulated-run.js';

const HOUR = 3_600_000;
const START = Date.parse('2026-03-01T00:00:00Z');
const at = (hours: number): Date => new Date(START + hours * HOUR);
const END = at(30 * 24);
const VERIFIED: RunAssumptions = { durationMs: HOUR, outcome: 'verified', approveAfterMs: HOUR };

function policy(config: object = {}): Policy {
  const written = {
    name: 'retrain',
    model: 'iris',
    run: 'train',
    mode: 'auto',
    trigger: { any: ['Accuracy'] },
    ...config,
  };
  return compilePolicy(PolicyConfig.parse(written), (text) => {
    const parsed = parseMatcher(text);
    if (!parsed.ok) throw new Error(text);
    return parsed.matcher;
  });
}

/** An alert that fires from one hour to another. */
function firing(alertname: string, from: number, to: number | undefined, kind = 'accuracy'): UnnumberedRow[] {
  const row = {
    source: alertname,
    fingerprint: alertname,
    episode: `${alertname}-${from}`,
    labels: { alertname, model_name: 'iris', model_version: '1' },
    annotations: {},
    value: 0.8,
    evidence: { kind, measure: kind, value: 0.8, threshold: 0.9, n: 500 },
    startsAt: at(from),
  };
  const fired: UnnumberedRow = {
    ...row,
    from: 'inactive',
    to: 'firing',
    reason: 'condition_met',
    at: at(from),
  };
  const resolved = { ...row, from: 'firing', to: 'resolved', reason: 'condition_cleared' } as const;
  return to === undefined ? [fired] : [fired, { ...resolved, at: at(to) }];
}

function replay(rows: readonly UnnumberedRow[], config: object = {}, assumptions = VERIFIED) {
  const { records } = replayPolicies(rows, [policy(config)], assumptions, at(0), END);
  return reportPolicy(records[0]!, { amount: 12, currency: 'EUR' }, END);
}

describe('policies over a history', () => {
  it('start a run at the very instant at which the trigger has been sustained', () => {
    const report = replay(firing('Accuracy', 10, 40), { trigger: { any: ['Accuracy'], sustained: '90m' } });
    expect(report.runs.map(({ decidedAt, startedAt, outcome }) => [decidedAt, startedAt, outcome])).toEqual([
      [at(11.5).toISOString(), at(11.5).toISOString(), 'verified'],
    ]);
    expect(report.cost).toEqual({ amount: 12, currency: 'EUR' });
    expect(report.stopped.find(({ reason }) => reason === 'not_sustained')).toMatchObject({
      times: 1,
      seconds: 5400,
    });
  });

  it('start nothing when the alert ends before', () => {
    const report = replay(firing('Accuracy', 10, 11), { trigger: { any: ['Accuracy'], sustained: '90m' } });
    expect(report.runs).toEqual([]);
    expect(report.cost).toEqual({ amount: 0, currency: 'EUR' });
  });

  it('are held back while another alert blocks, and go on once it ends', () => {
    const rows = [...firing('Accuracy', 10, undefined), ...firing('Errors', 9, 14, 'error_rate')];
    const report = replay(rows, { block_when: ['Errors'] });
    expect(report.runs[0]?.decidedAt).toBe(at(14).toISOString());
    expect(report.stopped.find(({ reason }) => reason === 'blocked')).toMatchObject({
      times: 1,
      seconds: 4 * 3600,
    });
  });

  it('wait for the cooldown after a failure, and stop at an open circuit', () => {
    const failed: RunAssumptions = { ...VERIFIED, outcome: 'failed' };
    const report = replay(firing('Accuracy', 10, undefined), { cooldown: '24h' }, failed);
    // 24h after the first failure at 11h, doubled once; the second failure opens the circuit.
    expect(report.runs.map(({ decidedAt }) => decidedAt)).toEqual(
      [at(10), at(11 + 48)].map((time) => time.toISOString()),
    );
    expect(report.stopped.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['cooldown', 'circuit_open', 'active_run']),
    );
    expect(report.cost?.amount).toBe(24);
  });

  it('stay within the budget', () => {
    const rows = [2, 8, 14, 20].flatMap((day) => firing('Accuracy', day * 24, day * 24 + 130));
    const report = replay(rows, { budget: { runs: 2, per: '30d' }, cooldown: '1h' });
    expect(report.runs).toHaveLength(2);
    expect(report.stopped.map(({ reason }) => reason)).toContain('budget');
  });

  it('close the incident when a run is verified, and need a new firing for the next', () => {
    expect(replay(firing('Accuracy', 10, undefined)).runs).toHaveLength(1);
  });

  it('never start a run on drift alone', () => {
    const report = replay(firing('Drift', 10, undefined, 'drift'), { trigger: { any: ['Drift'] } });
    expect(report.runs).toEqual([]);
    expect(report.suggested).toBe(1);
  });

  it('ask a person who answers, or does not', () => {
    const rows = firing('Accuracy', 10, 20);
    const approved = replay(rows, { mode: 'approve' });
    expect(approved.runs[0]?.startedAt).toBe(at(11).toISOString());
    const { durationMs, outcome } = VERIFIED;
    const ignored = replay(rows, { mode: 'approve' }, { durationMs, outcome });
    expect(ignored.runs[0]).toMatchObject({ outcome: 'expired', endedAt: at(18).toISOString() });
    expect(ignored.cost?.amount).toBe(0);
  });

  it('stop a pipeline that takes longer than they allow', () => {
    const slow: RunAssumptions = { ...VERIFIED, durationMs: 9 * HOUR };
    expect(replay(firing('Accuracy', 10, 20), { finish_within: '6h' }, slow).runs[0]).toMatchObject({
      outcome: 'timed_out',
      endedAt: at(16).toISOString(),
    });
  });

  it('decide nothing about another model', () => {
    expect(replay(firing('Accuracy', 10, 20), { model: 'other' })).toMatchObject({ runs: [], decisions: [] });
  });

  it('hold what never fired', () => {
    expect(replay([])).toMatchObject({ runs: [], stopped: [], suggested: 0 });
  });

  it('keep to their schedule, by the same gates, in an incident of their own', () => {
    const sundays = { schedule: { cron: '0 3 * * SUN' }, cooldown: '1h', budget: { runs: 9 } };
    const quiet = replay([], sundays);
    // Sundays of March 2026 up to the 30th: 1, 8, 15, 22, 29.
    expect(quiet.runs.map(({ decidedAt, because }) => [decidedAt, because])).toEqual(
      ['01', '08', '15', '22', '29'].map((day) => [
        `2026-03-${day}T03:00:00.000Z`,
        `scheduled for 2026-03-${day}T03:00:00.000Z`,
      ]),
    );
    const spent = replay([], { ...sundays, budget: { runs: 2 } });
    expect(spent.runs).toHaveLength(2);
    expect(replay([], { ...sundays, mode: 'suggest' }).runs).toEqual([]);
  });
});
