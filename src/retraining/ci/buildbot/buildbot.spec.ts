import { describe, it, expect } from '@jest/globals';
import type { CiStatus, RunRequest } from '../ci-provider.js';
import { runPayload } from '../run-payload.js';
import { BuildbotConfig } from './config.js';
import { buildbotStatus } from './status.js';
import { forceParams } from './trigger.js';

const config = { url: 'https://ci.example/', scheduler: 'retrain', builder: 'train' };
const BASE = 'https://ci.example';

describe('forceParams', () => {
  const request: RunRequest = {
    correlationId: 'rt-1',
    model: 'iris',
    reason: { kind: 'accuracy', summary: '`rm -rf /`', requestedBy: 'policy:iris' },
    evidence: [],
    windows: { drifted: { from: 'a', to: 'b' }, training: { from: 'a', to: 'b' } },
    links: {},
    deadline: 'c',
    requestedAt: 'd',
  };
  it('names one builder, and sends our three parameters beside the operator’s', () => {
    const parsed = BuildbotConfig.parse({ ...config, parameters: { dataset: 'full' } });
    expect(forceParams(request, parsed)).toEqual({
      dataset: 'full',
      builderNames: ['train'],
      reason: 'retrain iris [rt-1]',
      correlation_id: 'rt-1',
      model: 'iris',
      payload: JSON.stringify(runPayload(request)),
    });
  });
});

describe('buildbotStatus', () => {
  const build = {
    builderid: 1,
    number: 3,
    state_string: 'failed act',
    properties: { model_version: ['8', 'act'] },
  };
  const page = `${BASE}/#/builders/1/builds/3`;
  const over = (results: number) => ({ buildrequestid: 42, claimed: true, complete: true, results });

  it.each<[string, object, object | undefined, CiStatus]>([
    [
      'one that waits',
      { buildrequestid: 42, claimed: false, complete: false, results: -1 },
      undefined,
      { state: 'queued', raw: 'unclaimed', ref: { id: '42', url: `${BASE}/#/buildrequests/42` } },
    ],
    [
      'one that has its worker and no build yet',
      { buildrequestid: 42, claimed: true, complete: false, results: -1 },
      undefined,
      { state: 'running', raw: 'claimed', ref: { id: '42', url: `${BASE}/#/buildrequests/42` } },
    ],
    [
      'one whose last build was interrupted',
      { buildrequestid: 42, claimed: true, complete: false, results: -1 },
      { ...build, results: 5, complete: true, state_string: 'retry' },
      { state: 'running', raw: 'retry', ref: { id: '42', url: page } },
    ],
  ])('reads %s', (_what, request, latest, expected) => {
    expect(buildbotStatus(request as never, latest as never, BASE)).toEqual(expected);
  });

  it.each<[string, number, string, Partial<CiStatus>]>([
    ['success', 0, '', { state: 'succeeded', modelVersion: '8', nothingRan: false }],
    ['warnings', 1, '', { state: 'succeeded', modelVersion: '8', detail: 'ended with warnings' }],
    ['failure', 2, 'failed act (failure)', { state: 'failed', detail: 'failed act (failure)' }],
    ['skipped', 3, '', { state: 'failed', nothingRan: true }],
    ['exception', 4, 'exception act', { state: 'failed', nothingRan: false }],
    ['retry', 5, '', { state: 'running' }],
    ['cancelled', 6, 'cancelled act (timed out)', { state: 'cancelled' }],
    ['a result of a later version', 7, '', { state: 'running', detail: 'unknown result complete/7' }],
  ])('reads %s', (_what, results, state_string, expected) => {
    expect(buildbotStatus(over(results), { ...build, state_string }, BASE)).toMatchObject(expected);
  });

  it('reads an empty object as a run that waits, and knows no place of it', () => {
    expect(buildbotStatus({}, undefined, BASE)).toEqual({ state: 'queued', raw: 'unclaimed' });
  });
});

describe('BuildbotConfig', () => {
  it.each<[string, object, string]>([
    [
      'an address without a protocol',
      { url: 'ci.example' },
      'expected a URL such as https://buildbot.example.com',
    ],
    [
      'a scheduler with a space',
      { scheduler: 'do it' },
      'expected the name of a ForceScheduler such as retrain',
    ],
    [
      'a parameter of ours',
      { parameters: { payload: '{}' } },
      'expected another name than payload, which every run sets itself',
    ],
    [
      'a parameter that picks builders',
      { parameters: { builderid: '2' } },
      'expected another name than builderid, which every run sets itself',
    ],
    [
      'a user without a password',
      { username: 'retune' },
      'expected password_file (a path) or password, got neither',
    ],
    ['a password without a user', { password: 'x' }, 'expected the username that the password belongs to'],
    [
      'two credentials',
      { username: 'retune', password: 'x', bearer_token: 'y' },
      'expected either username or bearer_token, got both',
    ],
    [
      'two tokens',
      { bearer_token: 'x', bearer_token_file: '/y' },
      'expected either bearer_token or bearer_token_file, got both',
    ],
  ])('refuses %s', (_what, more, message) => {
    const parsed = BuildbotConfig.safeParse({ ...config, ...more });
    expect(parsed.error?.issues.map((issue) => issue.message)).toContain(message);
  });
  it('takes a master without credentials', () => {
    expect(BuildbotConfig.safeParse(config).success).toBe(true);
  });
});
