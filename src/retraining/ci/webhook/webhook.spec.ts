import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import type { CiStatus } from '../ci-provider.js';
import { WebhookConfig, statusUrlOf } from './config.js';
import { signatureHeaders, signingKey } from './signature.js';
import { refOf, webhookStatus } from './status.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BASE = 'https://train.example/hooks/iris';

describe('signingKey', () => {
  it.each<[string, string, number | undefined]>([
    ['a secret of 24 bytes', SECRET, 24],
    ['the same without its prefix', SECRET.slice(6), 24],
    ['23 bytes', Buffer.alloc(23, 1).toString('base64'), undefined],
    ['64 bytes', Buffer.alloc(64, 1).toString('base64'), 64],
    ['65 bytes', Buffer.alloc(65, 1).toString('base64'), undefined],
    ['a password', 'correct horse battery staple!', undefined],
    ['nothing', '', undefined],
  ])('reads %s', (_what, text, length) => expect(signingKey(text)?.length).toBe(length));
});

describe('signatureHeaders', () => {
  it('makes what the reference library makes and takes', () => {
    const bytes = fc.uint8Array({ minLength: 24, maxLength: 64 });
    const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(bytes, fc.uuid(), fc.string({ unit: 'binary' }), time, (key, id, body, at) => {
        const secret = `whsec_${Buffer.from(key).toString('base64')}`;
        const headers = signatureHeaders(id, at, body, signingKey(secret) as Uint8Array);
        expect(headers['webhook-signature']).toBe(new Webhook(secret).sign(id, at, body));
      }),
    );
  });
});

describe('webhookStatus', () => {
  const read = (json: object) => webhookStatus(JSON.stringify(json), BASE, 'https://train.example/runs/1');
  it.each<[object, Partial<CiStatus>]>([
    [{ status: 'queued' }, { state: 'queued', blocked: false }],
    [
      { status: 'pending', blocked: true },
      { state: 'queued', blocked: true },
    ],
    [{ status: 'RUNNING' }, { state: 'running' }],
    [
      { status: 'succeeded', model_version: '8' },
      { state: 'succeeded', modelVersion: '8', nothingRan: false },
    ],
    [
      { status: 'success', model_version: 8 },
      { state: 'succeeded', modelVersion: '8' },
    ],
    [
      { status: 'succeeded', nothing_ran: true },
      { state: 'succeeded', nothingRan: true },
    ],
    [{ status: 'skipped' }, { state: 'failed', nothingRan: true }],
    [
      { status: 'failed', detail: 'out of memory' },
      { state: 'failed', detail: 'out of memory' },
    ],
    [{ status: 'canceled' }, { state: 'cancelled' }],
    [{ status: 'timed_out' }, { state: 'timed_out' }],
    [{ status: 'done' }, { state: 'running', detail: 'unknown status done' }],
  ])('reads %j', (json, expected) => expect(read(json)).toMatchObject(expected));

  it.each(['', '<html>', '[]', '{}', '{"status":null}', '{"status":{}}'])(
    'takes %j for no status',
    (body) => {
      expect(webhookStatus(body, BASE, BASE)).toBeUndefined();
    },
  );
});

describe('refOf', () => {
  it.each<[string, object, string | undefined, object | undefined]>([
    [
      'everything',
      { run_id: 'a', run_url: 'https://x.example/a', status_url: 'https://y.example/a' },
      undefined,
      { id: 'a', url: 'https://x.example/a', statusUrl: 'https://y.example/a' },
    ],
    [
      'addresses relative to the target',
      { run_id: 7, status_url: '/runs/7' },
      undefined,
      { id: '7', statusUrl: 'https://train.example/runs/7' },
    ],
    [
      'the configured address where none is given',
      { run_id: 'a' },
      'https://train.example/s',
      { id: 'a', statusUrl: 'https://train.example/s' },
    ],
    [
      'no address that a browser would run',
      { run_id: 'a', run_url: 'javascript:alert(1)', status_url: 'file:///etc/passwd' },
      undefined,
      { id: 'a' },
    ],
    ['no id of a novel’s length', { run_id: 'x'.repeat(201) }, undefined, undefined],
    ['nothing without an id', { run_url: 'https://x.example' }, 'https://train.example/s', undefined],
  ])('takes %s', (_what, json, fallback, expected) => {
    expect(refOf(json as Record<string, unknown>, BASE, fallback)).toEqual(expected);
  });
});

describe('WebhookConfig', () => {
  const config = { url: BASE, secret_file: '/s' };
  it.each<[string, object, string]>([
    ['no secret', { url: BASE }, 'expected secret_file (a path) or secret, got neither'],
    ['two secrets', { ...config, secret: SECRET }, 'expected either secret or secret_file, got both'],
    [
      'an address without a protocol',
      { ...config, url: 'train.example' },
      'expected a URL such as https://train.example.com/hooks/retrain',
    ],
    [
      'a status address that names no run',
      { ...config, status_url: 'https://x.example/runs' },
      'expected a URL that contains {correlation_id}',
    ],
    [
      'a promise about no address',
      { ...config, searchable_status: true },
      'expected a status_url with searchable_status, such as https://train.example.com/runs/{correlation_id}',
    ],
  ])('refuses %s', (_what, value, message) => {
    expect(WebhookConfig.safeParse(value).error?.issues.map((issue) => issue.message)).toContain(message);
  });
  it('writes the correlation id into the status address', () => {
    const parsed = WebhookConfig.parse({
      ...config,
      status_url: 'https://x.example/{correlation_id}?of={correlation_id}',
    });
    expect(statusUrlOf(parsed, 'rt-1')).toBe('https://x.example/rt-1?of=rt-1');
  });
});
