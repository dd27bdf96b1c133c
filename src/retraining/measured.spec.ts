import { describe, it, expect } from '@jest/globals';
import type { Sample } from '../prometheus/sample.js';
import { knownVersions, measuredFrom, verifyQueries, verifySpanMs } from './measured.js';
import type { Run } from './run.js';

const HOUR = 3_600_000;
const at = new Date('2026-03-10T12:00:00Z');
const series = (values: Readonly<Record<string, number>>): readonly Sample[] =>
  Object.entries(values).map(([version, value]) => ({
    labels: (version === 'none' ? {} : { model_version: version }) as Sample['labels'],
    value,
    timestamp: at.getTime() / 1000,
  }));

describe('verifyQueries', () => {
  it('asks for labelled predictions over the window and for traffic over 15 minutes', () => {
    expect(verifyQueries('iris', 72 * HOUR)).toEqual([
      {
        name: 'correct',
        expr: 'sum by (model_version) (increase(model_labeled_predictions_total{model_name="iris",outcome="correct"}[3d]))',
      },
      {
        name: 'total',
        expr: 'sum by (model_version) (increase(model_labeled_predictions_total{model_name="iris"}[3d]))',
      },
      {
        name: 'traffic',
        expr: 'sum by (model_version) (rate(model_prediction_requests_total{model_name="iris"}[15m]))',
      },
    ]);
  });
  it('does not let a model’s name break out of its quotes', () => {
    expect(verifyQueries('a"} or {b="', HOUR)[1]?.expr).toContain('{model_name="a\\"} or {b=\\""}');
  });
  it('looks at traffic over a short window when the window is short', () => {
    expect(verifyQueries('iris', 300_000)[2]?.expr).toContain('[5m]');
  });
});

describe('measuredFrom', () => {
  it('puts the answers together by version, traffic as a share', () => {
    const samples = {
      correct: series({ 7: 90.5 }),
      total: series({ 7: 100.25 }),
      traffic: series({ 7: 1, 8: 3 }),
    };
    expect(measuredFrom(samples, at)).toEqual({
      at,
      versions: [
        { version: '7', correct: 90.5, total: 100.25, traffic: 0.25 },
        { version: '8', correct: 0, total: 0, traffic: 0.75 },
      ],
    });
  });
  it('takes nothing that is not a finite count for one', () => {
    const samples = {
      correct: series({ 7: Infinity, 8: 50 }),
      total: series({ 7: NaN, 8: 40 }),
      traffic: series({ 7: -1, 8: NaN, none: 5 }),
    };
    expect(measuredFrom(samples, at).versions).toEqual([
      { version: '7', correct: 0, total: 0, traffic: 0 },
      { version: '8', correct: 40, total: 40, traffic: 0 },
    ]);
  });
  it('finds nothing in no answer', () => {
    expect(measuredFrom({}, at)).toEqual({ at, versions: [] });
    expect(knownVersions(measuredFrom({ traffic: series({ 7: 0 }) }, at))).toEqual(['7']);
  });
});

describe('verifySpanMs', () => {
  const verify = { soakMs: 6 * HOUR, windowMs: 72 * HOUR } as Run['verify'];
  it.each<[string, number | undefined, number]>([
    ['before a version is seen', undefined, 72 * HOUR],
    ['within the soak', 1 * HOUR, 300_000],
    ['an hour after the soak', 7 * HOUR, HOUR],
    ['long after', 500 * HOUR, 72 * HOUR],
  ])('%s', (_when, age, expected) => {
    const seen = age === undefined ? {} : { versionSeenAt: new Date(at.getTime() - age) };
    expect(verifySpanMs({ verify, ...seen } as Run, at)).toBe(expected);
  });
});
