import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { HttpClient } from '../../../src/platform/http.client.js';
import type { HttpRequest, HttpResult } from '../../../src/platform/ports.js';
import { AUTHORITY, CERTIFICATE, KEY } from './certificates.js';

const SECRET = 'T0PSECRET';
type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

let handler: Handler;
let requests: {
  headers: http.IncomingHttpHeaders;
  body: string;
  url?: string;
  method?: string;
  port?: number;
}[] = [];
const sockets = new Set<net.Socket>();
const onRequest: Handler = (request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    requests.push({
      headers: request.headers,
      body,
      url: request.url,
      method: request.method,
      port: request.socket.remotePort,
    });
    handler(request, response);
  });
};
const server = http.createServer(onRequest);
const tlsServer = https.createServer({ cert: CERTIFICATE, key: KEY }, onRequest);
const silent = net.createServer((socket) => sockets.add(socket)); // accepts, never speaks
const closedPort = net.createServer();
const client = new HttpClient();
let base: string;
let tlsBase: string;
let silentPort: number;
let refusedPort: number;

const listen = (it: net.Server): Promise<number> =>
  new Promise((resolve) => it.listen(0, '127.0.0.1', () => resolve((it.address() as AddressInfo).port)));
const close = (it: net.Server): Promise<void> => new Promise((resolve) => it.close(() => resolve()));

beforeAll(async () => {
  for (const it of [server, tlsServer]) it.on('connection', (socket) => sockets.add(socket));
  base = `http://127.0.0.1:${await listen(server)}`;
  tlsBase = `https://localhost:${await listen(tlsServer)}`;
  silentPort = await listen(silent);
  refusedPort = await listen(closedPort);
  await close(closedPort);
});
afterEach(() => {
  requests = [];
});
afterAll(async () => {
  client.onApplicationShutdown();
  for (const socket of sockets) socket.destroy();
  await Promise.all([close(server), close(tlsServer), close(silent)]);
});

const post = (url: string, more: Partial<HttpRequest> = {}): Promise<HttpResult> =>
  client.send({
    method: 'POST',
    url: `${url}/path/${SECRET}?key=${SECRET}`,
    headers: { Authorization: `Bearer ${SECRET}`, 'Content-Type': 'application/json' },
    body: `{"key":"${SECRET}"}`,
    ...more,
  });

describe('an answer', () => {
  it('is handed over as it is, whatever its status', async () => {
    handler = (_request, response) =>
      response.writeHead(503, { 'Retry-After': '7', 'Set-Cookie': ['a=1', 'b=2'] }).end('später');
    expect(await post(base)).toMatchObject({
      kind: 'answer',
      status: 503,
      headers: { 'retry-after': '7', 'set-cookie': 'a=1, b=2' },
      body: 'später',
    });
  });

  it('to a redirect is the redirect', async () => {
    handler = (_request, response) => response.writeHead(302, { Location: `${base}/elsewhere` }).end();
    expect(await post(base)).toMatchObject({ kind: 'answer', status: 302 });
    expect(requests).toHaveLength(1);
  });

  it('is not parsed, even when it is JSON', async () => {
    handler = (_request, response) =>
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"a": 1}');
    expect(await post(base)).toMatchObject({ body: '{"a": 1}' });
  });
});

describe('a request', () => {
  it('carries the bytes and headers it was given, and asks for no compression', async () => {
    handler = (_request, response) => response.end();
    const body = '{"emoji":"🔴"}';
    await client.send({ method: 'PUT', url: `${base}/a?b=%20c`, headers: { 'X-Team': 'ops' }, body });
    expect(requests[0]).toMatchObject({ method: 'PUT', url: '/a?b=%20c', body });
    expect(requests[0]?.headers).toMatchObject({
      'x-team': 'ops',
      'user-agent': 'retune',
      'content-length': '16',
    });
    expect(requests[0]?.headers).not.toHaveProperty('accept-encoding');
    expect(requests[0]?.headers).not.toHaveProperty('content-type');
  });

  it('asks for compression when told to, and unpacks the answer', async () => {
    handler = (_request, response) =>
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('packed'));
    const answer = await client.send({ method: 'GET', url: base, headers: { 'Accept-Encoding': 'gzip' } });
    expect(answer).toMatchObject({ body: 'packed' });
    expect(requests[0]?.headers['accept-encoding']).toBe('gzip');
  });

  it('uses the connection of the one before', async () => {
    handler = (_request, response) => response.end('ok');
    await post(base);
    await post(base);
    expect(requests[0]?.port).toBe(requests[1]?.port);
  });

  it('never goes through the proxy of the process environment', async () => {
    process.env['HTTP_PROXY'] = `http://127.0.0.1:${refusedPort}`;
    try {
      handler = (_request, response) => response.end('direct');
      expect(await post(base)).toMatchObject({ body: 'direct' });
    } finally {
      delete process.env['HTTP_PROXY'];
    }
  });

  it('goes through the proxy it was configured with', async () => {
    const proxied = new HttpClient({ proxy: base });
    handler = (_request, response) => response.end('from the proxy');
    expect(await proxied.send({ method: 'GET', url: 'http://nowhere.invalid/x' })).toMatchObject({
      body: 'from the proxy',
    });
    expect(requests[0]?.url).toBe('http://nowhere.invalid/x');
    proxied.onApplicationShutdown();
  });

  it('trusts the authorities it was given', async () => {
    const trusting = new HttpClient({ ca: AUTHORITY });
    handler = (_request, response) => response.end('over TLS');
    expect(await trusting.send({ method: 'GET', url: tlsBase })).toMatchObject({ body: 'over TLS' });
    trusting.onApplicationShutdown();
  });
});

describe('a failure', () => {
  const fails = async (result: Promise<HttpResult>, reason: string, sent: boolean): Promise<string> => {
    const failure = await result;
    expect(failure).toMatchObject({ kind: 'failure', reason, sent });
    expect(JSON.stringify(failure)).not.toContain(SECRET);
    expect(JSON.stringify(failure)).not.toContain('/path');
    return failure.kind === 'failure' ? failure.detail : '';
  };

  it('tells that nobody listens', async () => {
    expect(await fails(post(`http://127.0.0.1:${refusedPort}`), 'refused', false)).toBe(
      `127.0.0.1:${refusedPort}: connection refused (ECONNREFUSED)`,
    );
  });

  it('tells that a name is unknown', async () => {
    expect(await fails(post('http://nowhere.invalid'), 'dns', false)).toMatch(
      /^nowhere\.invalid: the name cannot be resolved/,
    );
  });

  it('tells that a certificate is not trusted, before anything is sent', async () => {
    expect(await fails(post(tlsBase), 'tls', false)).toMatch(
      /no trusted TLS connection \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)/,
    );
    expect(requests).toHaveLength(0);
  });

  it('tells that the other side does not speak TLS', async () => {
    await fails(post(base.replace('http:', 'https:')), 'tls', false);
  });

  it('tells that no answer came in time', async () => {
    await fails(post(`http://127.0.0.1:${silentPort}`, { timeoutMs: 50 }), 'timeout', true);
  });

  it('tells that a TLS greeting came to nothing in time', async () => {
    await fails(post(`https://127.0.0.1:${silentPort}`, { timeoutMs: 50 }), 'timeout', false);
  });

  it('bounds the whole answer, not the wait for its next piece', async () => {
    let drip: NodeJS.Timeout | undefined;
    handler = (_request, response) => {
      response.writeHead(200);
      drip = setInterval(() => response.write('.'), 10);
    };
    await fails(post(base, { timeoutMs: 120 }), 'timeout', true);
    clearInterval(drip);
  });

  it('tells that the connection closed after the request was read', async () => {
    handler = (request) => request.socket.destroy();
    await fails(post(base), 'reset', true);
  });

  it('tells that the answer broke off', async () => {
    handler = (request, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('half');
      setImmediate(() => request.socket.destroy());
    };
    await fails(post(base), 'reset', true);
  });

  it('tells that the caller gave up', async () => {
    const abort = new AbortController();
    handler = () => abort.abort();
    await fails(post(base, { signal: abort.signal }), 'aborted', true);
    await fails(post(base, { signal: abort.signal }), 'aborted', false);
  });

  it('tells that an answer is too large, also when it was packed', async () => {
    handler = (_request, response) => response.end('x'.repeat(65 * 1024));
    await fails(post(base), 'too_large', true);
    expect(await post(base, { maxAnswerBytes: 66 * 1024 })).toMatchObject({ kind: 'answer' });
    handler = (_request, response) =>
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('x'.repeat(10 ** 6)));
    await fails(post(base), 'too_large', true);
  });

  it('tells that a request is too large', async () => {
    await fails(post(base, { body: 'x'.repeat(1024 * 1024 + 1) }), 'too_large', false);
    expect(requests).toHaveLength(0);
  });

  it('tells that the answer is not HTTP', async () => {
    const odd = net.createServer((socket) => socket.resume().end('SSH-2.0-OpenSSH\r\n\r\n'));
    await fails(post(`http://127.0.0.1:${await listen(odd)}`), 'network', true);
    await close(odd);
  });

  it.each([['ftp://host'], ['file:///etc/passwd'], ['hooks.example.org'], ['']])(
    'tells that %s is no address to call',
    async (url) => {
      await fails(client.send({ method: 'GET', url }), 'blocked', false);
    },
  );
});

describe('an address from outside', () => {
  it.each([
    ['an address of this machine', () => base],
    ['its decimal form', () => base.replace('127.0.0.1', '2130706433')],
    ['its hexadecimal form', () => base.replace('127.0.0.1', '0x7f.1')],
    ['its form as a mapped IPv6 address', () => base.replace('127.0.0.1', '[::ffff:127.0.0.1]')],
    ['a name that leads to this machine', () => base.replace('127.0.0.1', 'localhost')],
    ['the same over TLS', () => tlsBase],
    ['a user name in the address', () => base.replace('127.0.0.1', 'me:you@example.org')],
  ])('is not called when it is %s', async (_what, url) => {
    handler = (_request, response) => response.end('reached');
    expect(await post(url(), { trust: 'foreign' })).toMatchObject({
      kind: 'failure',
      reason: 'blocked',
      sent: false,
    });
    expect(requests).toHaveLength(0);
  });

  it('is not called when an open connection to it is there from the operator’s own calls', async () => {
    handler = (_request, response) => response.end('reached');
    const local = base.replace('127.0.0.1', 'localhost');
    expect(await post(local)).toMatchObject({ kind: 'answer' });
    expect(await post(local, { trust: 'foreign' })).toMatchObject({ reason: 'blocked' });
  });

  it('of a cloud’s metadata is not even called for the operator', async () => {
    expect(await post('http://169.254.169.254')).toMatchObject({ reason: 'blocked', sent: false });
  });
});

it('is made by Nest without any provider of options', async () => {
  class Root {}
  Module({ providers: [HttpClient] })(Root);
  const app = await NestFactory.createApplicationContext(Root, { logger: false });
  handler = (_request, response) => response.end('ok');
  expect(await app.get(HttpClient).send({ method: 'GET', url: base })).toMatchObject({ body: 'ok' });
  await app.close();
});
