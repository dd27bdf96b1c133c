import { describe, expect, it } from '@jest/globals';
import { runAlerts } from './run-alerts.js';
import type { Run, RunState } from './run.js';

const URL = 'https://retune.example';
const run = (state: RunState, more: Partial<Run> = {}): Run =>
  ({
    id: 'rt-1',
    policy: 'iris-retrain',
    model: 'iris',
    ci: 'flowers-train',
    state,
    request: { reason: { summary: 'IrisAccuracyLow (accuracy 0.88)' } },
    ...more,
  }) as Run;
const firing = (given: Run): string[] =>
  runAlerts(given, URL).flatMap(({ raised, fires }) => (fires ? [String(raised.labels['alertname'])] : []));
const ended = (given: Run): string[] =>
  runAlerts(given, URL).flatMap(({ raised, fires }) => (fires ? [] : [String(raised.labels['alertname'])]));
const described = (given: Run): string =>
  runAlerts(given, URL).find(({ fires }) => fires)?.raised.annotations['description'] ?? '';

describe('people are told', () => {
  it.each<[sentence: string, run: Run, alerts: readonly string[]]>([
    ['that somebody has to approve', run('awaiting_approval'), ['RetrainingNeedsApproval']],
    ['that nobody knows whether it runs', run('ambiguous', { reason: 'ask_person' }), ['RetrainingUnclear']],
    ['nothing while a search may still tell', run('ambiguous', { reason: 'answer_lost' }), []],
    ['nothing of what goes as planned', run('running'), []],
    ['nothing of what they stopped themselves', run('cancelled'), []],
    ['that it failed', run('failed', { reason: 'failed_in_ci' }), ['RetrainingDidNotHelp']],
    ['that it took too long', run('timed_out', { reason: 'not_finished' }), ['RetrainingDidNotHelp']],
    ['that it was lost', run('lost', { reason: 'never_found' }), ['RetrainingDidNotHelp']],
    ['that it made no difference', run('not_improved'), ['RetrainingDidNotHelp']],
    ['that it made things worse', run('regressed'), ['RetrainingDidNotHelp']],
    ['that it cannot be told', run('unverifiable'), ['RetrainingDidNotHelp']],
    ['nothing of what helped', run('verified'), []],
  ])('%s', (_sentence, given, alerts) => {
    expect(firing(given)).toEqual(alerts);
  });

  it('no longer of an earlier failure once a run is verified, and not before', () => {
    expect(ended(run('verified'))).toContain('RetrainingDidNotHelp');
    for (const state of ['queued', 'running', 'soaking'] as const)
      expect(runAlerts(run(state), URL).map(({ raised }) => raised.labels['alertname'])).not.toContain(
        'RetrainingDidNotHelp',
      );
  });

  it('no longer to approve or to look, once that is done', () => {
    expect(ended(run('queued'))).toEqual([
      'RetrainingNeedsApproval',
      'RetrainingUnclear',
      'RetrainingNotStopped',
    ]);
  });

  it('with the model, the policy and a link, under one name for all runs of a model where it is about the model', () => {
    const [approval] = runAlerts(run('awaiting_approval'), URL);
    expect(approval?.raised).toMatchObject({
      source: 'retraining',
      labels: { model_name: 'iris', policy: 'iris-retrain', severity: 'warning', run_id: 'rt-1' },
      generatorUrl: 'https://retune.example/api/runs/rt-1',
    });
    const failed = runAlerts(run('failed'), URL).at(-1)?.raised;
    expect(failed?.labels).not.toHaveProperty('run_id');
  });

  it('what they can do', () => {
    expect(described(run('awaiting_approval'))).toBe(
      'IrisAccuracyLow (accuracy 0.88). Approve: POST {"by": "<your name>"} to https://retune.example/api/runs/rt-1/approve, reject: the same to https://retune.example/api/runs/rt-1/reject.',
    );
    expect(described(run('ambiguous', { reason: 'ask_person' }))).toContain(
      'POST https://retune.example/api/runs/rt-1/confirm with {"by": "<your name>", "outcome": "ran"}',
    );
  });

  it('why it did not help, and that a pipeline nobody saw end may still be under way', () => {
    expect(described(run('failed', { reason: 'nothing_ran' }))).toBe(
      'Run rt-1: nothing ran. A second failure in a row stops retraining until a person resets it.',
    );
    expect(described(run('timed_out', { reason: 'not_finished' }))).toContain(
      'Run rt-1: not finished. It may still be under way in flowers-train.',
    );
    const verification = { result: 'regressed', reason: 'accuracy 0.8 after 0.9', at: '' } as const;
    expect(described(run('regressed', { verification }))).toBe(
      'Run rt-1: accuracy 0.8 after 0.9. Nothing is retrained before a person resets it.',
    );
  });
});
