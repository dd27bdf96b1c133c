import { describe, expect, it } from '@jest/globals';
import type { HttpResult } from '../../platform/ports.js';
import { answerDetail, failureOutcome, requestSecrets, retryAfterMs } from './http-outcome.js';

const NOW = new Date('2026-09-03T03:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['7', 7000],
    ['0', 0],
    [' 1.5 ', 1500],
    ['Thu, 03 Sep 2026 03:00:30 GMT', 30_000],
    ['Thu, 03 Sep 2026 02:00:00 GMT', 0],
    ['86400', 3_600_000],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s means %s ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });
});

describe('what a target said', () => {
  const url = 'https://me:pa55word@hooks.example.org/services/T0/B0/KEY?token=abcd';
  const secrets = requestSecrets(url, { Authorization: 'Bearer s3cr3t', 'X-N': '1' });
  const said = (body: string): string =>
    answerDetail({ kind: 'answer', status: 400, headers: {}, body }, secrets);

  it.each([
    ['is one line', 'no\n\n such   thing', 'HTTP 400: no such thing'],
    ['is nothing when it said nothing', ' ', 'HTTP 400'],
    ['hides the address', `cannot post to ${url}!`, 'HTTP 400: cannot post to <secret>!'],
    ['hides its path', 'POST /services/T0/B0/KEY is unknown', 'HTTP 400: POST <secret> is unknown'],
    ['hides its query and login', 'token=abcd me pa55word', 'HTTP 400: <secret> me <secret>'],
    [
      'hides tokens',
      'bad token s3cr3t (Bearer s3cr3t), try 1',
      'HTTP 400: bad token <secret> (<secret>), try 1',
    ],
    [
      'hides them percent-encoded',
      'see ?to=https%3A%2F%2Fme%3Apa55word%40hooks.example.org%2Fservices%2FT0%2FB0%2FKEY%3Ftoken%3Dabcd',
      'HTTP 400: see ?to=<secret>',
    ],
  ])('%s', (_what, body, detail) => {
    expect(said(body)).toBe(detail);
  });

  it('is short', () => {
    expect(said('x'.repeat(5000)).length).toBeLessThan(220);
  });
});

describe('a request without an answer', () => {
  it.each([
    ['timeout', true, 'retry', 'timeout'],
    ['refused', false, 'retry', 'network'],
    ['dns', false, 'retry', 'network'],
    ['reset', true, 'retry', 'network'],
    ['network', true, 'retry', 'network'],
    ['aborted', true, 'retry', 'network'],
    ['tls', false, 'target_broken', 'tls'],
    ['blocked', false, 'target_broken', 'unexpected_answer'],
    ['too_large', true, 'target_broken', 'unexpected_answer'],
    ['too_large', false, 'rejected', 'invalid_payload'],
  ] satisfies [Extract<HttpResult, { kind: 'failure' }>['reason'], boolean, string, string][])(
    '%s (sent: %s) means %s: %s',
    (failure, sent, outcome, reason) => {
      expect(failureOutcome({ kind: 'failure', reason: failure, sent, detail: 'd' })).toEqual({
        outcome,
        reason,
        detail: 'd',
      });
    },
  );
});
