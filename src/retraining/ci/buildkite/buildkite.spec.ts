import { describe, expect, it } from '@jest/globals';
import type { CiStatus } from '../ci-provider.js';
import { BuildkiteConfig } from './config.js';
import { buildNumberOf, buildRef, buildStatus } from './status.js';

const BASE = { organization: 'flowers', pipeline: 'iris-retrain', token: 's3cret' };

describe('BuildkiteConfig', () => {
  const errors = (more: object): readonly string[] =>
    (BuildkiteConfig.safeParse({ ...BASE, ...more }).error?.issues ?? []).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  it.each<[string, object, string]>([
    ['no token', { token: undefined }, 'token_file: expected token_file (a path) or token, got neither'],
    [
      'a name in place of a slug',
      { pipeline: 'Iris retrain' },
      'pipeline: expected the slug of a pipeline such as iris-retrain, as in its address',
    ],
    [
      'a variable that every run sets',
      { env: { MODEL: 'x' } },
      'env.MODEL: expected another name than MODEL, which every run sets itself',
    ],
    [
      'a variable of Buildkite',
      { env: { BUILDKITE_BRANCH: 'x' } },
      'env.BUILDKITE_BRANCH: expected a name without BUILDKITE_ before it, which Buildkite sets itself',
    ],
  ])('refuses %s', (_what, more, message) => expect(errors(more)).toEqual([message]));
});

describe('buildStatus', () => {
  const ran = [{ type: 'script', state: 'passed' }];
  it.each<[string, object, CiStatus['state'], Partial<CiStatus>?]>([
    ['creating', {}, 'queued'],
    ['scheduled', {}, 'queued'],
    ['waiting', {}, 'queued'],
    ['running', {}, 'running'],
    ['failing', {}, 'running'],
    ['canceling', {}, 'running'],
    ['blocked', {}, 'running', { blocked: true }],
    ['passed', { blocked: true, jobs: ran }, 'running', { blocked: true }],
    ['failed', { blocked: true }, 'running', { blocked: true }],
    ['passed', { jobs: ran }, 'succeeded', { nothingRan: false }],
    ['passed', {}, 'succeeded', { nothingRan: false }],
    ['passed', { jobs: [{ type: 'trigger', state: 'passed' }] }, 'succeeded'],
    ['passed', { jobs: [] }, 'failed', { nothingRan: true }],
    [
      'passed',
      {
        jobs: [
          { type: 'waiter', state: 'finished' },
          { type: 'script', state: 'skipped' },
        ],
      },
      'failed',
      { nothingRan: true },
    ],
    ['failed', { jobs: [{ type: 'script', state: 'failed' }] }, 'failed', { nothingRan: false }],
    ['failed', { jobs: [{ type: 'script', state: 'timed_out' }] }, 'timed_out'],
    ['waiting_failed', {}, 'failed'],
    ['skipped', {}, 'failed', { nothingRan: true }],
    ['not_run', {}, 'failed', { nothingRan: true }],
    ['canceled', { blocked: true }, 'cancelled'],
    ['splendid', { jobs: ran }, 'running', { detail: 'unknown state splendid' }],
  ])('reads %s with %j as %s', (state, more, expected, told = {}) => {
    const web_url = 'https://buildkite.com/flowers/iris-retrain/builds/42';
    expect(buildStatus({ number: 42, web_url, state, ...more })).toMatchObject({
      state: expected,
      raw: state,
      ref: { id: '42', url: web_url },
      ...told,
    });
  });
  it('reads an empty object as a run that goes on', () =>
    expect(buildStatus({})).toMatchObject({ state: 'running', raw: 'missing' }));
});

describe('numbers', () => {
  it.each<[string, string | undefined]>([
    ['42', '42'],
    ['https://buildkite.com/flowers/iris-retrain/builds/42#job', '42'],
    ['01908131-7d9f-495e-a17b-80ed31276810', undefined],
    ['../../x', undefined],
  ])('takes %s for the build %s', (id, number) => expect(buildNumberOf({ id })).toBe(number));
  it('makes no reference without one', () => expect(buildRef({ id: '0190', number: 'x' })).toBeUndefined());
});
