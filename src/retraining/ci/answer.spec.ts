import { describe, it, expect } from '@jest/globals';
import type { HttpResult } from '../../platform/ports.js';
import { jsonObject, retryAfterMs, sayAnswer, textField, unanswered, readRefusal } from './answer.js';

const NOW = new Date('2026-03-10T12:00:00Z');
const answer = (body: string, headers: Record<string, string> = {}) =>
  ({ kind: 'answer', status: 422, headers, body }) as const;

describe('unanswered', () => {
  const failure = (sent: boolean): Extract<HttpResult, { kind: 'failure' }> => ({
    kind: 'failure',
    reason: 'reset',
    sent,
    detail: 'ci.example: reset',
  });
  it('is a refusal only when the request surely never left', () => {
    expect(unanswered(failure(false))).toMatchObject({
      kind: 'refused',
      reason: 'unreachable',
      retryable: true,
    });
    expect(unanswered(failure(true))).toEqual({ kind: 'ambiguous', detail: 'no answer: ci.example: reset' });
  });
});

describe('retryAfterMs', () => {
  it.each<[string | undefined, number | undefined]>([
    ['30', 30_000],
    [' 0 ', 0],
    ['Tue, 10 Mar 2026 12:01:00 GMT', 60_000],
    ['Tue, 10 Mar 2026 11:00:00 GMT', 0],
    ['99999999', 86_400_000],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as %j', (text, expected) => {
    expect(retryAfterMs(answer('', text === undefined ? {} : { 'retry-after': text }), NOW)).toBe(expected);
  });
});

describe('jsonObject', () => {
  it.each(['', '<html>', '[1]', 'null', '"x"', '1', '{'])('takes %j for none', (body) => {
    expect(jsonObject(body)).toBeUndefined();
  });
});

describe('textField', () => {
  it.each<[unknown, string | undefined]>([
    ['a', 'a'],
    [42, '42'],
    ['', undefined],
    [NaN, undefined],
    [null, undefined],
    [{}, undefined],
  ])('reads %j as %j', (value, expected) => expect(textField(value)).toBe(expected));
});

describe('sayAnswer', () => {
  it.each<[string, string, string]>([
    ['the message', '{"message":"No ref found for: main"}', '422: No ref found for: main'],
    ['the error', '{"error":"no such pipeline"}', '422: no such pipeline'],
    ['nothing of a page', '<html>secret</html>', '422'],
    ['one line', '{"message":"a\\nb\\u0007c"}', '422: a b c'],
    ['no secret', '{"message":"bad token s3cret!, said s3cret!"}', '422: bad token <secret>, said <secret>'],
  ])('tells %s', (_what, body, expected) => {
    expect(sayAnswer(answer(body), ['s3cret!', undefined])).toBe(expected);
  });
  it('tells no more than 300 characters', () => {
    expect(sayAnswer(answer(JSON.stringify({ message: 'x'.repeat(5000) })), [])).toHaveLength(306);
  });
});

describe('readRefusal', () => {
  const read = (status: number, headers = {}) =>
    readRefusal({ kind: 'answer', status, headers, body: '' }, 'said', new Date(0), { unauthorized: 'hint' });
  it.each<[number, object]>([
    [301, { reason: 'not_found', retryable: false }],
    [400, { reason: 'invalid_request', detail: 'said' }],
    [401, { reason: 'unauthorized', detail: 'said; hint' }],
    [403, { reason: 'unauthorized' }],
    [404, { reason: 'not_found' }],
    [409, { reason: 'invalid_request' }],
    [429, { reason: 'rate_limited', retryable: true, retryAfterMs: 60_000 }],
    [200, { kind: 'ambiguous' }],
    [408, { kind: 'ambiguous' }],
    [503, { kind: 'ambiguous' }],
  ])('reads %d', (status, expected) => expect(read(status)).toMatchObject(expected));
  it('waits as long as it is asked to', () => {
    expect(read(429, { 'retry-after': '7' })).toMatchObject({ retryAfterMs: 7000 });
  });
});

describe('sayAnswer, of messages that are no text', () => {
  it.each<[object, string]>([
    [{ message: { base: ['Reference not found'] } }, '400: Reference not found'],
    [{ message: { ref: ['is missing', 'is odd'] } }, '400: ref: is missing; is odd'],
    [{ detail: [{ loc: ['body', 'conf'], msg: 'no', input: 's3' }] }, '400: body.conf: no'],
    [{ message: null, detail: 'x' }, '400: x'],
  ])('reads %j', (body, text) => {
    expect(sayAnswer({ kind: 'answer', status: 400, headers: {}, body: JSON.stringify(body) }, [])).toBe(
      text,
    );
  });
});
