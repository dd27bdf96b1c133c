import { describe, expect, it } from '@jest/globals';
import type { CiStatus } from '../ci-provider.js';
import { jobPath } from './api.js';
import { declaredParameters } from './builds.js';
import { JenkinsConfig } from './config.js';
import { buildStatus, parameterOf, placeOf, queueStatus } from './status.js';

const BASE = { url: 'https://ci.example/jenkins', job: 'iris/re train', user: 'retune', token: 's3cret' };

describe('JenkinsConfig', () => {
  const errors = (config: object): readonly string[] =>
    (JenkinsConfig.safeParse(config).error?.issues ?? []).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  it.each<[string, object, string]>([
    ['no token', { token: undefined }, 'token_file: expected token_file (a path) or token, got neither'],
    [
      'an absolute job',
      { job: '/iris' },
      'job: expected a job such as iris/retrain, its folders first and without /job/',
    ],
    [
      'a query in a job',
      { job: 'a?b' },
      'job: expected a job such as iris/retrain, its folders first and without /job/',
    ],
    [
      'a parameter that every run sets',
      { parameters: { MODEL: 'x' } },
      'parameters.MODEL: expected another name than MODEL, which every run sets itself',
    ],
  ])('refuses %s', (_what, more, message) => expect(errors({ ...BASE, ...more })).toEqual([message]));

  it('writes folders as Jenkins does', () => {
    expect(jobPath(JenkinsConfig.parse(BASE))).toBe('/job/iris/job/re%20train');
  });
});

describe('buildStatus', () => {
  it.each<[boolean, string | null, CiStatus['state'], Partial<CiStatus>?]>([
    [true, null, 'running'],
    [true, 'FAILURE', 'running'],
    [false, null, 'running'],
    [false, 'SUCCESS', 'succeeded', { nothingRan: false }],
    [false, 'FAILURE', 'failed', { nothingRan: false }],
    [false, 'UNSTABLE', 'failed', { nothingRan: false }],
    [false, 'NOT_BUILT', 'failed', { nothingRan: true }],
    [false, 'ABORTED', 'cancelled'],
    [false, 'SPLENDID', 'running', { detail: 'unknown result SPLENDID' }],
  ])('reads building %s and %s as %s', (building, result, state, more = {}) => {
    const build = { number: 17, queueId: 42, url: 'https://ci.example/job/iris/17/', building, result };
    expect(buildStatus(build, 'failed')).toMatchObject({ state, ref: { id: '42', url: build.url }, ...more });
  });

  it('takes an unstable build for a success where the operator does', () => {
    expect(buildStatus({ building: false, result: 'UNSTABLE' }, 'succeeded')).toMatchObject({
      state: 'succeeded',
      raw: 'UNSTABLE',
    });
  });
});

describe('queueStatus', () => {
  const ref = { id: '42' };
  it.each<[string, object, object]>([
    ['one that waits', { why: 'no agent' }, { state: 'queued', detail: 'no agent', ref }],
    ['one that left', { executable: { number: 17 } }, { build: '17' }],
    ['one that was cancelled', { cancelled: true }, { state: 'cancelled', ref }],
    ['an empty answer', { executable: null }, { state: 'queued' }],
  ])('reads %s', (_what, item, expected) => expect(queueStatus({ ...item }, ref)).toMatchObject(expected));
});

describe('placeOf', () => {
  it.each<[string, string, string | undefined, object]>([
    ['a queue item', '42', 'https://ci/queue/item/42/', { queueId: '42' }],
    ['a queue item whose build is known', '42', 'https://ci/job/iris/17/', { queueId: '42', build: '17' }],
    ['the page of a build', 'https://ci/job/iris/17/', undefined, { build: '17' }],
    ['the console of a build', 'https://ci/job/iris/17/console', undefined, { build: '17' }],
    ['the page of a queue item', 'https://ci/queue/item/42/', undefined, { queueId: '42' }],
    ['the page of a job', 'https://ci/job/iris/', undefined, {}],
    ['anything else', '../../secrets', undefined, {}],
  ])('reads %s', (_what, id, url, place) => expect(placeOf({ id, ...(url ? { url } : {}) })).toEqual(place));
});

describe('what a job shows', () => {
  it('holds the parameters it declares, among other properties', () => {
    const definition = { name: 'MODEL', type: 'StringParameterDefinition' };
    expect(declaredParameters({ property: [{}, { parameterDefinitions: [definition] }, null] })).toEqual([
      definition,
    ]);
    expect(declaredParameters({})).toEqual([]);
  });
  it('holds the parameters of a build, among other actions', () => {
    const build = {
      actions: [
        {},
        {
          parameters: [
            { name: 'A', value: 'x' },
            { name: 'B', value: true },
          ],
        },
      ],
    };
    expect([parameterOf(build, 'A'), parameterOf(build, 'B'), parameterOf({}, 'A')]).toEqual([
      'x',
      undefined,
      undefined,
    ]);
  });
});
