import { describe, it, expect } from '@jest/globals';
import type { HttpResult } from '../../platform/ports.js';
import { jsonObject, retryAfterMs, sayAnswer, textField, unanswered } from './answer.js';

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
