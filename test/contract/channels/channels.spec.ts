import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { parse } from 'yaml';
import { channels, channelOf } from '../../../src/notifications/channels/index.js';
import type {
  Channel,
  ChannelDefaults,
  ChannelIo,
  DeliveryResult,
} from '../../../src/notifications/channels/channel.js';
import { channelDefaults, Global } from '../../../src/notifications/global.schema.js';
import { Receivers } from '../../../src/notifications/receiver.schema.js';
import { HttpClient } from '../../../src/platform/http.client.js';
import { SmtpClient } from '../../../src/platform/smtp.client.js';
import { CaptureServer } from '../../support/capture-server.js';
import type { ScriptedAnswer } from '../../support/capture-server.js';
import { selfSigned } from '../../support/self-signed.js';
import { SmtpInbox } from '../../support/smtp-inbox.js';
import { eventFaults } from './pagerduty-event.js';
import { ACCURACY_MESSAGE, MIXED_MESSAGE, RESOLVED_MESSAGE } from './sample-messages.js';

const FOLDER = new URL('../../../src/notifications/channels/', import.meta.url);
const KEY = 'R0123456789abcdef0123456789abcde';
const SIGNING = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const PATH = '/services/T000/B000/PATHSECRET';
const PASSWORD = 'hunter2-PASSWORD';
const SECRETS = [KEY, SIGNING, SIGNING.slice(6), 'PATHSECRET', PASSWORD, 'TOKENSECRET'];
const NOW = new Date('2026-09-03T03:00:00Z');

const http = new HttpClient();
const mail = new SmtpClient({ ca: selfSigned.certificate, greetingMs: 500, silenceMs: 500 });
const io: ChannelIo = {
  http,
  mail,
  reveal: (secret) => secret.reveal((path) => readFile(path, 'utf8')),
  now: NOW,
};
const DEFAULTS = channelDefaults(Global.parse({}));

afterAll(() => {
  http.onApplicationShutdown();
  mail.close();
});

/** Sends, and looks for secrets in what comes back. */
async function deliver(
  channel: Channel,
  raw: object,
  {
    message = ACCURACY_MESSAGE,
    defaults = DEFAULTS,
  }: { message?: typeof ACCURACY_MESSAGE; defaults?: ChannelDefaults } = {},
): Promise<DeliveryResult> {
  const result = await channel.send(message, channel.Config.parse(raw), defaults, io);
  for (const secret of SECRETS) expect(JSON.stringify(result)).not.toContain(secret);
  return result;
}

describe('the registry', () => {
  it('has every folder, each under its own name', () => {
    const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(channels.map(({ type }) => type).toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
    expect(new Set(channels.map(({ configKey }) => configKey)).size).toBe(channels.length);
    for (const channel of channels) expect(channelOf(channel.type)).toBe(channel);
    expect(channelOf('carrier-pigeon')).toBeUndefined();
  });

  it.each(channels.map((channel) => [channel.type, channel] as const))(
    'says what %s is',
    (_type, { summary }) => {
      expect(summary).toMatch(/^\S.{20,}[^.]$/);
    },
  );
});

describe.each(channels.map((channel) => [channel.type, channel] as const))(
  'the README of %s',
  (type, channel) => {
    const text = readFileSync(new URL(`${type}/README.md`, FOLDER), 'utf8');

    it('has an example that loads and lacks nothing', () => {
      const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
      const { global, receivers } = parse(yaml ?? '') as { global?: object; receivers: object[] };
      const loaded = Receivers.parse(receivers);
      const integrations = loaded.flatMap((receiver) => receiver.integrations);
      expect(integrations.length).toBeGreaterThan(0);
      for (const integration of integrations) {
        expect(integration.type).toBe(type);
        expect(channel.missing(integration.config, channelDefaults(Global.parse(global ?? {})))).toEqual([]);
      }
    });

    it('names every field that may be written', () => {
      const shape = (channel.Config as unknown as { def: { in: { shape: object } } }).def.in.shape;
      const unnamed = Object.keys(shape).filter((field) => !new RegExp(`\`${field}[\`.]`).test(text));
      expect(unnamed).toEqual([]);
    });
  },
);

/** How each HTTP channel is pointed at an address, and what its target says when all is well. */
const HTTP_CHANNELS: Readonly<
  Record<string, { config(url: string): object; fine: ScriptedAnswer; okIsEnough: boolean }>
> = {
  slack: {
    config: (url) => ({
      api_url: `${url}${PATH}`,
      http_config: { authorization: { credentials: 'TOKENSECRET' } },
    }),
    fine: { status: 200, body: 'ok' },
    okIsEnough: false,
  },
  pagerduty: {
    config: (url) => ({ routing_key: KEY, url: `${url}/v2/enqueue` }),
    fine: { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: 'k' } },
    okIsEnough: false,
  },
  webhook: {
    config: (url) => ({
      url: `${url}${PATH}?key=TOKENSECRET`,
      secret: SIGNING,
      http_config: { basic_auth: { username: 'retune', password: PASSWORD } },
    }),
    fine: { status: 204 },
    okIsEnough: true,
  },
};

it('every channel but mail is in the table below', () => {
  expect(Object.keys(HTTP_CHANNELS).toSorted()).toEqual(
    channels
      .map(({ type }) => type)
      .filter((type) => type !== 'email')
      .toSorted(),
  );
});

describe.each(Object.entries(HTTP_CHANNELS))('%s', (type, { config, fine, okIsEnough }) => {
  const channel = channelOf(type) as Channel;
  let server: CaptureServer;
  beforeAll(async () => {
    server = await CaptureServer.start();
  });
  beforeEach(() => {
    server.requests.length = 0;
    server.otherwise(fine);
  });

  // A target that repeats what it was sent is the worst that can happen to a secret.
  const echo = (status: number, headers = {}): Parameters<CaptureServer['otherwise']>[0] => {
    return (request) => ({
      status,
      headers,
      body: `no: ${request.path} ${JSON.stringify(request.headers)} ${request.body}`,
    });
  };

  it('is delivered when the target says so, with one request', async () => {
    expect(await deliver(channel, config(server.url))).toMatchObject({ outcome: 'delivered' });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
  });

  it.each([
    [302, {}, 'target_broken', 'unexpected_answer', undefined],
    [400, {}, 'rejected', 'invalid_payload', undefined],
    [401, {}, 'target_broken', 'unauthorized', undefined],
    [403, {}, 'target_broken', 'unauthorized', undefined],
    [404, {}, 'target_broken', 'not_found', undefined],
    [410, {}, 'target_broken', 'not_found', undefined],
    [413, {}, 'rejected', 'invalid_payload', undefined],
    [429, { 'retry-after': '7' }, 'retry', 'rate_limited', 7000],
    [429, { 'retry-after': 'Thu, 03 Sep 2026 03:00:30 GMT' }, 'retry', 'rate_limited', 30_000],
    [429, {}, 'retry', 'rate_limited', undefined],
    [500, {}, 'retry', 'server_error', undefined],
    [503, { 'retry-after': '2' }, 'retry', 'server_error', 2000],
  ])(
    'answered with %i and %j is %s: %s, after %s ms',
    async (status, headers, outcome, reason, retryAfterMs) => {
      server.otherwise({
        status,
        headers: { ...headers, location: `${server.url}/elsewhere` },
        body: 'sorry',
      });
      const result = await deliver(channel, config(server.url));
      expect(result).toEqual({
        outcome,
        reason,
        detail: `HTTP ${status}: sorry`,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
      expect(server.requests.every(({ path }) => path !== '/elsewhere')).toBe(true);
    },
  );

  it.each([302, 400, 401, 403, 404, 410, 413, 429, 500])(
    'answered with %i tells no secret, even when the target repeats them all',
    async (status) => {
      server.otherwise(echo(status));
      expect(await deliver(channel, config(server.url))).not.toMatchObject({ outcome: 'delivered' });
    },
  );

  it(`answered with a login page is ${okIsEnough ? 'delivered: any 2xx will do' : 'target_broken'}`, async () => {
    server.otherwise({
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>Please log in</html>',
    });
    const result = await deliver(channel, config(server.url));
    expect(result).toMatchObject(
      okIsEnough ? { outcome: 'delivered' } : { outcome: 'target_broken', reason: 'unexpected_answer' },
    );
  });

  it('without an answer is retry: timeout', async () => {
    server.otherwise('hang');
    const result = await deliver(channel, { ...config(server.url), timeout: '100ms' });
    expect(result).toMatchObject({ outcome: 'retry', reason: 'timeout' });
    expect(server.requests).toHaveLength(1);
  });

  it('whose connection closes once the request was read is retry: network, and not repeated here', async () => {
    server.otherwise('reset');
    expect(await deliver(channel, config(server.url))).toMatchObject({ outcome: 'retry', reason: 'network' });
    expect(server.requests).toHaveLength(1);
  });

  it('that refuses the connection is retry: network', async () => {
    const closed = await CaptureServer.start();
    await closed.refuse();
    const result = await deliver(channel, config(closed.url));
    expect(result).toMatchObject({
      outcome: 'retry',
      reason: 'network',
      detail: expect.stringContaining('connection refused'),
    });
  });

  it('that speaks no TLS is target_broken: tls', async () => {
    expect(await deliver(channel, config(server.url.replace('http:', 'https:')))).toMatchObject({
      outcome: 'target_broken',
      reason: 'tls',
    });
  });

  it('on a metadata address is never called', async () => {
    expect(await deliver(channel, config('http://169.254.169.254'))).toMatchObject({
      outcome: 'target_broken',
      reason: 'unexpected_answer',
    });
  });

  it('takes messages of every kind', async () => {
    for (const message of [RESOLVED_MESSAGE, MIXED_MESSAGE]) {
      expect(await deliver(channel, config(server.url), { message })).toMatchObject({ outcome: 'delivered' });
    }
    expect(server.requests).toHaveLength(2);
  });
});

describe('secrets in files', () => {
  it.each([
    ['slack', { api_url_file: '/nowhere/slack' }, 'api_url: cannot read /nowhere/slack (ENOENT)'],
    ['pagerduty', { routing_key_file: '/nowhere/key' }, 'routing_key: cannot read /nowhere/key (ENOENT)'],
    [
      'webhook',
      { url: 'http://127.0.0.1:9/', secret_file: '/nowhere/secret' },
      'secret: cannot read /nowhere/secret (ENOENT)',
    ],
    [
      'email',
      {
        to: 'a@example.org',
        from: 'b@example.org',
        smarthost: 'localhost:9',
        auth_username: 'u',
        auth_password_file: '/nowhere/p',
      },
      'auth_password: cannot read /nowhere/p (ENOENT)',
    ],
  ])('that %s cannot read make it target_broken', async (type, raw, detail) => {
    expect(await deliver(channelOf(type) as Channel, raw)).toEqual({
      outcome: 'target_broken',
      reason: 'unauthorized',
      detail,
    });
  });

  it('that hold no address make it target_broken, without telling what they hold', async () => {
    const result = await deliver(channelOf('slack') as Channel, { api_url_file: 'package.json' });
    expect(result).toEqual({
      outcome: 'target_broken',
      reason: 'not_found',
      detail: 'api_url: package.json does not hold an address such as https://host/path',
    });
  });
});

describe('slack, besides', () => {
  const slack = channelOf('slack') as Channel;
  let server: CaptureServer;
  beforeAll(async () => {
    server = await CaptureServer.start();
  });

  it('is sent once more in a reduced form when the full one is refused', async () => {
    server.next({ status: 400, body: 'invalid_blocks' }, { status: 200, body: 'ok' });
    expect(await deliver(slack, { api_url: server.url })).toEqual({ outcome: 'delivered' });
    const [full, reduced] = server.json() as { text: string; attachments?: object[] }[];
    expect(full?.attachments).toHaveLength(1);
    expect(reduced?.attachments).toBeUndefined();
    expect(reduced?.text).toContain('🔴 iris-classifier accuracy 0.74 (limit 0.92) · critical');
  });

  it.each([
    [400, 'invalid_token', 'unauthorized'],
    [403, 'action_prohibited', 'unauthorized'],
    [400, 'channel_not_found', 'not_found'],
    [404, 'no_service', 'not_found'],
    [410, 'channel_is_archived', 'not_found'],
  ])('answered with %i %s is target_broken: %s', async (status, body, reason) => {
    server.otherwise({ status, body });
    expect(await deliver(slack, { api_url: server.url })).toEqual({
      outcome: 'target_broken',
      reason,
      detail: `HTTP ${status}: ${body}`,
    });
  });

  it('uses the global webhook where it has none of its own', async () => {
    server.otherwise({ status: 200, body: 'ok' });
    const defaults = channelDefaults(Global.parse({ slack_api_url: `${server.url}/global` }));
    expect(await deliver(slack, {}, { defaults })).toEqual({ outcome: 'delivered' });
    expect(server.requests.at(-1)?.path).toBe('/global');
    expect(slack.missing(slack.Config.parse({}), defaults)).toEqual([]);
    expect(slack.missing(slack.Config.parse({}), DEFAULTS)).toHaveLength(1);
  });
});

describe('pagerduty, besides', () => {
  const pagerduty = channelOf('pagerduty') as Channel;
  let server: CaptureServer;
  beforeAll(async () => {
    server = await CaptureServer.start();
    server.otherwise(({ body }) => {
      const faults = eventFaults(body);
      return faults.length === 0
        ? { status: 202, body: { status: 'success' } }
        : {
            status: 400,
            body: { status: 'invalid event', message: 'Event object is invalid', errors: faults },
          };
    });
  });

  it('sends events that a strict reading of the API takes', async () => {
    const config = { routing_key: KEY, url: server.url };
    for (const message of [ACCURACY_MESSAGE, MIXED_MESSAGE, RESOLVED_MESSAGE]) {
      expect(await deliver(pagerduty, config, { message })).toMatchObject({
        outcome: 'delivered',
        externalId: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    }
    expect(server.json()).toMatchObject([
      { event_action: 'trigger' },
      { event_action: 'trigger' },
      { event_action: 'resolve' },
    ]);
    expect(new Set((server.json() as { dedup_key: string }[]).map(({ dedup_key }) => dedup_key)).size).toBe(
      1,
    );
  });

  it('with a wrong key is target_broken: unauthorized', async () => {
    const result = await deliver(pagerduty, { routing_key: 'too-short', url: server.url });
    expect(result).toMatchObject({
      outcome: 'target_broken',
      reason: 'unauthorized',
      detail: expect.stringContaining('routing_key must match'),
    });
  });

  it('is sent once more without details when they are refused', async () => {
    server.next({ status: 400, body: { status: 'invalid event', errors: ['custom_details is odd'] } });
    const before = server.requests.length;
    expect(await deliver(pagerduty, { routing_key: KEY, url: server.url })).toMatchObject({
      outcome: 'delivered',
    });
    expect(server.requests).toHaveLength(before + 2);
    expect(server.requests.at(-1)?.body).toContain('PagerDuty refused the full event');
  });
});

describe('webhook, besides', () => {
  const webhook = channelOf('webhook') as Channel;

  it('is signed so that the official library accepts it, and has one id over its attempts', async () => {
    const server = await CaptureServer.start();
    const now = new Date();
    const config = webhook.Config.parse({ url: server.url, secret: SIGNING });
    for (let attempt = 0; attempt < 2; attempt++)
      await webhook.send(ACCURACY_MESSAGE, config, DEFAULTS, { ...io, now });
    for (const { headers, body } of server.requests) {
      expect(new Webhook(SIGNING).verify(body, headers as Record<string, string>)).toMatchObject({
        version: '4',
        status: 'firing',
      });
      expect(headers).toMatchObject({
        'webhook-id': ACCURACY_MESSAGE.id,
        'idempotency-key': ACCURACY_MESSAGE.id,
        'user-agent': 'retune',
      });
    }
  });

  it('is not signed without a secret, and shows who sends it', async () => {
    const server = await CaptureServer.start();
    await deliver(webhook, {
      url: server.url,
      http_config: {
        basic_auth: { username: 'u', password: 'p' },
        http_headers: { 'X-Team': { values: ['ml'] } },
      },
    });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: `Basic ${btoa('u:p')}`,
      'x-team': 'ml',
      'webhook-id': ACCURACY_MESSAGE.id,
    });
    expect(server.requests[0]?.headers).not.toHaveProperty('webhook-signature');
  });
});

describe('email', () => {
  const email = channelOf('email') as Channel;
  const login = { auth_username: 'retune', auth_password: PASSWORD };
  const to = (inbox: { host: string; port: number }, more: object = {}): object => ({
    to: 'Ops <ops@example.net>',
    from: 'Retune <retune@example.org>',
    smarthost: `localhost:${inbox.port}`,
    ...more,
  });

  it('is delivered over STARTTLS with a login', async () => {
    const inbox = await SmtpInbox.start({
      tls: 'starttls',
      auth: { username: 'retune', password: PASSWORD },
    });
    expect(await deliver(email, to(inbox, login))).toMatchObject({
      outcome: 'delivered',
      externalId: expect.stringMatching(/^250/),
    });
    expect(inbox.mails).toHaveLength(1);
    const raw = JSON.stringify(inbox.mails[0]);
    expect(raw).toContain('ops@example.net');
    expect(raw).toContain('iris-classifier accuracy');
    expect(raw).toContain(`${ACCURACY_MESSAGE.id}@example.org`);
  });

  it('is delivered over TLS from the first byte', async () => {
    const inbox = await SmtpInbox.start({ tls: 'implicit' });
    expect(await deliver(email, to(inbox, { force_implicit_tls: true }))).toMatchObject({
      outcome: 'delivered',
    });
  });

  it.each([
    ['connect', 421, 'retry', 'server_error'],
    ['connect', 554, 'target_broken', 'unauthorized'],
    ['sender', 451, 'retry', 'server_error'],
    ['sender', 553, 'target_broken', 'unauthorized'],
    ['recipient', 450, 'retry', 'server_error'],
    ['recipient', 550, 'rejected', 'recipient'],
    ['data', 451, 'retry', 'server_error'],
    ['data', 554, 'rejected', 'invalid_payload'],
  ] as const)('refused at %s with %i is %s: %s', async (step, code, outcome, reason) => {
    const inbox = await SmtpInbox.start({ tls: 'starttls' });
    inbox.refuseNext(step, code, 'not today');
    const result = await deliver(email, to(inbox));
    expect(result).toMatchObject({ outcome, reason, detail: expect.stringContaining('not today') });
    expect(inbox.mails).toEqual([]);
  });

  it('with a wrong password is target_broken: unauthorized', async () => {
    const inbox = await SmtpInbox.start({
      tls: 'starttls',
      auth: { username: 'retune', password: 'another' },
    });
    expect(await deliver(email, to(inbox, login))).toMatchObject({
      outcome: 'target_broken',
      reason: 'unauthorized',
    });
  });

  it('to a relay without STARTTLS is target_broken: tls, unless that was allowed', async () => {
    const inbox = await SmtpInbox.start();
    expect(await deliver(email, to(inbox))).toMatchObject({ outcome: 'target_broken', reason: 'tls' });
    expect(inbox.mails).toEqual([]);
    expect(await deliver(email, to(inbox, { require_tls: false }))).toMatchObject({ outcome: 'delivered' });
  });

  it('to a relay with an unknown certificate is target_broken: tls, unless that was allowed', async () => {
    const inbox = await SmtpInbox.start({ tls: 'starttls' });
    const stranger = new SmtpClient();
    const strangers: ChannelIo = { ...io, mail: stranger };
    const send = (more: object): Promise<DeliveryResult> =>
      email.send(ACCURACY_MESSAGE, email.Config.parse(to(inbox, more)), DEFAULTS, strangers);
    expect(await send({})).toMatchObject({ outcome: 'target_broken', reason: 'tls' });
    expect(await send({ tls_config: { insecure_skip_verify: true } })).toMatchObject({
      outcome: 'delivered',
    });
    stranger.close();
  });

  it('to a relay that is not there is retry: network', async () => {
    const inbox = await SmtpInbox.start();
    const config = to(inbox);
    await inbox.close();
    expect(await deliver(email, config)).toMatchObject({ outcome: 'retry', reason: 'network' });
  });

  it('to a relay that stays silent is retry: timeout', async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    expect(await deliver(email, to({ host: '', port }))).toMatchObject({
      outcome: 'retry',
      reason: 'timeout',
    });
    await new Promise((resolve) => silent.close(resolve));
  });
});
