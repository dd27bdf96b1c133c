import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../alerts/alert.js';
import { PrometheusError, type PrometheusFailure } from '../prometheus/sample.js';
import {
  commonFailure,
  type DatasourceLook,
  type DatasourceWatch,
  isExcused,
  stepDatasourceAlert,
  watchDatasource,
} from './watch-datasource.js';

const T0 = Date.UTC(2026, 2, 10, 12);
/** `a12` is an answer to group a in second 12, `a12!` none. */
const look = (text: string): DatasourceLook => ({
  group: text[0] ?? '',
  slot: new Date(T0 + Number.parseInt(text.slice(1), 10) * 1000),
  ...(text.endsWith('!') ? { failure: 'unavailable: x' } : {}),
});

/** What one process does, look by look; `stored` is the alert the database had before. */
function watched(texts: string, stored?: Alert): readonly string[] {
  let watch: DatasourceWatch = { failures: new Map() };
  let alert = stored;
  return texts.split(' ').flatMap((text) => {
    const seen = look(text);
    const change = stepDatasourceAlert(watch, seen, alert);
    watch = watchDatasource(watch, seen);
    alert = change?.alert ?? alert;
    return change ? [`${text} ${change.transition?.reason ?? 'confirmed'}`] : [];
  });
}
const firing = stepDatasourceAlert(
  { failures: new Map([['a', 2]]), failingSince: new Date(T0) },
  look('a0!'),
  undefined,
)?.alert as Alert;

describe('the alert about Prometheus', () => {
  it.each<[sentence: string, looks: string, told: readonly string[]]>([
    ['stays away while it answers', 'a0 b1 a5', []],
    ['comes with the third failing evaluation of a group', 'a0! a5! a10!', ['a10! raised']],
    ['does not come with one of each of three groups', 'a0! b1! c2! a5! b6!', []],
    ['comes after a minute whatever the interval', 'a0! b59! a60!', ['a60! raised']],
    ['starts anew after any answer', 'a0! a5! b6 a10! a15! a20!', ['a20! raised']],
    ['ends with the first answer', 'a0! a5! a10! b11', ['a10! raised', 'b11 settled']],
    ['is confirmed now and then', 'a0! a5! a10! a15! a20! a25! a30!', ['a10! raised', 'a25! confirmed']],
    [
      'does not flap: what was settled stays so for a minute',
      'a0! a1! a2! a3 a4! a5! a6! a7! a62! a63!',
      ['a2! raised', 'a3 settled', 'a63! raised'],
    ],
  ])('%s', (_sentence, looks, told) => {
    expect(watched(looks)).toEqual(told);
  });

  it('of another process is left to it while it is confirmed, and settled when it is not', () => {
    expect(watched('a5 a59 a60', firing)).toEqual(['a60 settled']);
  });

  it('keeps its words while it is confirmed, and names the failure and since when', () => {
    expect(firing.annotations['description']).toBe(
      'No answer since 2026-03-10T12:00:00.000Z: unavailable: x. No rule is evaluated; all alerts keep their state.',
    );
    const confirmed = stepDatasourceAlert(
      { failures: new Map([['a', 9]]), failingSince: new Date(T0 + 5) },
      { ...look('a20!'), failure: 'timeout: y' },
      firing,
    );
    expect(confirmed?.alert.annotations).toEqual(firing.annotations);
  });
});

describe('a failing evaluation', () => {
  const excused = (texts: string): boolean => {
    const looks = texts.split(' ').map(look);
    const watch = looks.reduce<DatasourceWatch>(watchDatasource, { failures: new Map() });
    return isExcused(watch, looks.at(-1) as DatasourceLook);
  };
  it.each<[looks: string, excused: boolean]>([
    ['a0!', false],
    ['a0! b1!', true],
    ['a0! a5!', true],
    ['a0! b1 a5!', false],
    ['a0! b1', false],
  ])('after %s is excused: %s', (looks, expected) => expect(excused(looks)).toBe(expected));
});

describe('commonFailure', () => {
  const failed = (reason: PrometheusFailure): PrometheusError => new PrometheusError(reason, 'x');
  it.each<[sentence: string, answers: readonly unknown[], failure: string | undefined]>([
    ['all unreachable', [failed('unavailable'), failed('timeout')], 'unavailable: x'],
    ['a login page', [failed('bad_response')], 'bad_response: x'],
    ['one answer', [failed('unavailable'), { samples: {} }], undefined],
    ['one refusal, which is an answer', [failed('timeout'), failed('bad_query')], undefined],
    ['too much, which is one too', [failed('too_expensive')], undefined],
    ['nothing asked', [], undefined],
  ])('%s', (_sentence, answers, failure) => expect(commonFailure(answers)).toBe(failure));
});
