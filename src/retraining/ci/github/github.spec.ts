import { describe, it, expect } from '@jest/globals';
import type { CiStatus, RunRequest } from '../ci-provider.js';
import { runPayload } from '../run-payload.js';
import { GithubConfig } from './config.js';
import { dispatchBody } from './payload.js';
import { githubStatus, runRef } from './status.js';

const request: RunRequest = {
  correlationId: 'rt-1',
  model: 'iris',
  reason: {
    kind: 'accuracy',
    summary: 'it said `rm -rf /` and ${{ secrets.X }}',
    requestedBy: 'policy:iris',
  },
  evidence: [],
  windows: { drifted: { from: 'a', to: 'b' }, training: { from: 'a', to: 'b' } },
  links: {},
  deadline: 'c',
  requestedAt: 'd',
};
const config = GithubConfig.parse({
  repo: 'flowers/iris',
  workflow: 'retrain.yml',
  token: 's3cret',
  inputs: { dataset: 'full' },
});

describe('dispatchBody', () => {
  it('sends three inputs of ours beside the operator’s, all of them texts', () => {
    expect(dispatchBody(request, config, true)).toEqual({
      ref: 'main',
      inputs: {
        dataset: 'full',
        correlation_id: 'rt-1',
        model: 'iris',
        payload: JSON.stringify(runPayload(request)),
      },
      return_run_details: true,
    });
    expect(dispatchBody(request, config, false)).not.toHaveProperty('return_run_details');
  });
});

describe('githubStatus', () => {
  it.each<[string, string | null, CiStatus['state'], Partial<CiStatus>?]>([
    ['requested', null, 'queued'],
    ['queued', null, 'queued'],
    ['pending', null, 'queued'],
    ['waiting', null, 'queued', { blocked: true }],
    ['in_progress', null, 'running'],
    ['completed', 'success', 'succeeded', { nothingRan: false }],
    ['completed', 'failure', 'failed', { nothingRan: false }],
    ['completed', 'startup_failure', 'failed'],
    ['completed', 'action_required', 'failed'],
    ['completed', 'stale', 'failed'],
    ['completed', 'neutral', 'failed', { nothingRan: true }],
    ['completed', 'skipped', 'failed', { nothingRan: true }],
    [
      'completed',
      'cancelled',
      'cancelled',
      { detail: 'cancelled in GitHub, by a person or by a newer run of its concurrency group' },
    ],
    ['completed', 'timed_out', 'timed_out'],
    ['completed', 'splendid', 'running', { detail: 'unknown conclusion splendid' }],
    ['completed', null, 'running', { detail: 'unknown conclusion missing' }],
    ['levitating', null, 'running', { detail: 'unknown status levitating' }],
  ])('reads %s, %s as %s', (status, conclusion, state, more = {}) => {
    const read = githubStatus({ id: 42, html_url: 'https://github.com/x', status, conclusion });
    expect(read).toMatchObject({ state, ref: { id: '42', url: 'https://github.com/x' }, ...more });
  });

  it('reads an empty object as a run that goes on', () => {
    expect(githubStatus({})).toEqual({ state: 'running', raw: 'missing', detail: 'unknown status missing' });
    expect(runRef({ html_url: 'x' })).toBeUndefined();
  });
});
