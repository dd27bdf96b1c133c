import { describe, expect, it } from '@jest/globals';
import { type PostedAlert, readPosting } from './posted-alert.js';

const NOW = new Date('2026-03-10T12:00:00Z');
const RESOLVE_TIMEOUT_MS = 300_000;
const read = (body: unknown) => readPosting(body, NOW, RESOLVE_TIMEOUT_MS);

const alertsOf = (body: unknown): readonly PostedAlert[] => {
  const posting = read(body);
  if (!posting.ok) throw new Error(JSON.stringify(posting.refused));
  return posting.alerts;
};
const one = (alert: object): PostedAlert => {
  const [read, ...rest] = alertsOf([{ labels: { alertname: 'High' }, ...alert }]);
  expect(rest).toEqual([]);
  return read as PostedAlert;
};
const complaints = (...alerts: readonly object[]): readonly string[] => {
  const posting = read(alerts);
  return posting.ok ? posting.invalid : ['the whole body was refused'];
};
const refusal = (body: unknown): unknown => {
  const posting = read(body);
  return posting.ok ? 'it was taken' : [posting.refused.status, posting.refused.body.code];
};

describe('the times of a posted alert', () => {
  it.each<[sentence: string, written: object, startsAt: string, endsAt: string, endAssumed: boolean]>([
    [
      'are now and the resolve timeout when nothing is said',
      {},
      '2026-03-10T12:00:00.000Z',
      '2026-03-10T12:05:00.000Z',
      true,
    ],
    [
      'are both the end when only that is said',
      { endsAt: '2026-03-10T13:00:00Z' },
      '2026-03-10T13:00:00.000Z',
      '2026-03-10T13:00:00.000Z',
      false,
    ],
    [
      'are the start and the resolve timeout from now when only the start is said',
      { startsAt: '2026-03-10T11:00:00Z' },
      '2026-03-10T11:00:00.000Z',
      '2026-03-10T12:05:00.000Z',
      true,
    ],
    [
      'may carry an offset and nanoseconds',
      { startsAt: '2026-03-10T12:30:00.123456789+01:00', endsAt: '2026-03-10T12:00:00Z' },
      '2026-03-10T11:30:00.123Z',
      '2026-03-10T12:00:00.000Z',
      false,
    ],
    [
      "count as unsaid as Go's zero time and as the empty text",
      { startsAt: '', endsAt: '0001-01-01T00:00:00Z' },
      '2026-03-10T12:00:00.000Z',
      '2026-03-10T12:05:00.000Z',
      true,
    ],
    [
      'may be a day alone, in UTC',
      { startsAt: '2026-03-10' },
      '2026-03-10T00:00:00.000Z',
      '2026-03-10T12:05:00.000Z',
      true,
    ],
  ])('%s', (_sentence, written, startsAt, endsAt, endAssumed) => {
    const alert = one(written);
    expect([alert.startsAt.toISOString(), alert.endsAt.toISOString(), alert.endAssumed]).toEqual([
      startsAt,
      endsAt,
      endAssumed,
    ]);
  });
});

describe('a posted alert', () => {
  it('loses labels without a value, and keeps annotations without one', () => {
    const alert = one({ labels: { b: '1', a: '2', empty: '' }, annotations: { note: '' } });
    expect([alert.labels, alert.annotations]).toEqual([{ a: '2', b: '1' }, { note: '' }]);
  });

  it('may have labels that are called like members of every object', () => {
    const labels = JSON.parse('{"__proto__":"x","constructor":"y","toString":"z"}') as object;
    expect(Object.entries(one({ labels }).labels)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ]);
  });

  it('may leave out annotations and source, also by null, and bring fields that nobody knows', () => {
    const alert = one({ annotations: null, endsAt: null, fingerprint: 'x' });
    expect(alert.annotations).toEqual({});
    expect(alert).not.toHaveProperty('generatorUrl');
    expect(one({ generatorURL: 'http://prometheus/graph' }).generatorUrl).toBe('http://prometheus/graph');
  });

  it('is told U+FFFD for halves of surrogate pairs', () => {
    const alert = one({ labels: { a: 'x\ud83dy' }, annotations: { 'b\ude00': '😀' } });
    expect([alert.labels, alert.annotations]).toEqual([{ a: 'x\ufffdy' }, { 'b\ufffd': '😀' }]);
  });

  it.each<[sentence: string, alert: object, why: string]>([
    ['without any label', { labels: {} }, 'at least one label pair required'],
    ['with empty labels only', { labels: { a: '' } }, 'at least one label pair required'],
    [
      'that ends before it starts',
      { labels: { a: '1' }, startsAt: '2026-03-10T12:00:00Z', endsAt: '2026-03-10T11:00:00Z' },
      'start time must be before end time',
    ],
    ['with a label without a name', { labels: { '': '1' } }, 'invalid label set: invalid name ""'],
    [
      'with an annotation that the database cannot hold',
      { labels: { a: '1' }, annotations: { b: 'x\0' } },
      'invalid annotation set: expected text without NUL characters in "b"',
    ],
  ])('%s is refused alone', (_sentence, alert, why) => {
    expect(complaints({ labels: { a: '1' } }, alert, { labels: { b: '1' } })).toEqual([why]);
    expect(alertsOf([{ labels: { a: '1' } }, alert, { labels: { b: '1' } }])).toHaveLength(2);
  });
});

describe('a body', () => {
  it('may be an empty list, or null', () => {
    expect([alertsOf([]), alertsOf(null)]).toEqual([[], []]);
  });

  it.each<[sentence: string, body: unknown, status: number, code: number]>([
    ['nothing', undefined, 422, 602],
    ['no list', { labels: { a: '1' } }, 400, 400],
    ['a list of something else', ['x'], 400, 400],
    ['an alert without labels', [{ labels: { a: '1' } }, {}], 422, 602],
    ['labels that are a list', [{ labels: [] }], 400, 400],
    ['a label that is no text', [{ labels: { a: 1 } }], 400, 400],
    ['an annotation that is no text', [{ labels: { a: '1' }, annotations: { b: true } }], 400, 400],
    ['a time that is none', [{ labels: { a: '1' }, startsAt: 'yesterday' }], 400, 400],
    ['a time that is a number', [{ labels: { a: '1' }, endsAt: 17 }], 400, 400],
    ['a day that does not exist', [{ labels: { a: '1' }, endsAt: '2026-02-30T00:00:00Z' }], 400, 400],
    ['a source that is no address', [{ labels: { a: '1' }, generatorURL: '::no' }], 422, 601],
    ['a source that is no text', [{ labels: { a: '1' }, generatorURL: {} }], 400, 400],
  ])('that is or holds %s is refused as a whole', (_sentence, body, status, code) => {
    expect(refusal(body)).toEqual([status, code]);
  });

  it('says which alert lacks labels', () => {
    expect(read([{ labels: { a: '1' } }, {}])).toMatchObject({
      refused: { body: { message: '1.labels in body is required' } },
    });
  });
});
