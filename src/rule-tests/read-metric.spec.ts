import { describe, expect, it } from '@jest/globals';
import { readMetric } from './read-metric.js';

describe('readMetric', () => {
  it.each([
    ['up', { __name__: 'up' }],
    ['up{job="api", le="+Inf"}', { __name__: 'up', job: 'api', le: '+Inf' }],
    ['{__name__="up", job="a\\"b"}', { __name__: 'up', job: 'a"b' }],
    ['up{job=""}', { __name__: 'up' }],
    ['{}', {}],
    ['', {}],
  ])('reads %j', (text, labels) => {
    expect(readMetric(text)).toEqual({ ok: true, labels });
  });

  it.each([
    ['up offset 5m', 'expected one series such as up{job="api"}, got another expression'],
    ['rate(up[5m])', 'expected one series such as up{job="api"}, got another expression'],
    ['up{job=~"a.*"}', 'expected job="…", got =~'],
    ['up{job="a", job="b"}', 'expected each label once, got job twice'],
  ])('refuses %j', (text, message) => {
    expect(readMetric(text)).toMatchObject({ ok: false, message });
  });
});
