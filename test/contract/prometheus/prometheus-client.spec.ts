import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type ExchangeAnswer, HttpExchange } from '../../../src/prometheus/http-exchange.client.js';
import { PrometheusClient } from '../../../src/prometheus/prometheus.client.js';
import { PrometheusError } from '../../../src/prometheus/sample.js';

const SECRET = 'T0PSECRET';
const GOOD = JSON.stringify({
  status: 'success',
  data: {
    resultType: 'vector',
    result: [{ metric: { a: 'ü' }, value: [1, '2'] }],
    stats: { samples: { totalQueryableSamples: 7 } },
  },
});
const MIB = 1024 * 1024;
const at = new Date('2026-03-10T12:00:00.500Z');

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly form: URLSearchParams;
  readonly port: number | undefined;
}
type Handler = (response: ServerResponse, request: IncomingMessage) => void;

let handler: Handler;
let seen: Seen[] = [];
const sockets = new Set<Socket>();
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const { method, url, headers, socket } = request;
    seen.push({ method, url, headers, form: new URLSearchParams(body), port: socket.remotePort });
    handler(response, request);
  });
});
const clients: { close(): void }[] = [];
let port: number;

const good: Handler = (response) => response.end(GOOD);
/** The n-th request gets the n-th handler; further ones the last. */
const inTurn =
  (...handlers: readonly Handler[]): Handler =>
  (response, request) =>
    (handlers[seen.length - 1] ?? handlers.at(-1))?.(response, request);
const reset: Handler = (_, request) => request.socket.resetAndDestroy();
const silence: Handler = () => undefined;

function clientAt(path = '', timeoutMs = 2000): PrometheusClient {
  const client = new PrometheusClient(`http://ada:${SECRET}@127.0.0.1:${port}${path}`, timeoutMs);
  clients.push(client);
  return client;
}

async function failureOf(answer: Promise<unknown>): Promise<PrometheusError> {
  const error: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PrometheusError);
  const { message, stack, cause } = error as PrometheusError;
  expect(`${message} ${stack} ${String(cause)} ${JSON.stringify(error)}`).not.toMatch(
    new RegExp(`${SECRET}|127\\.0\\.0\\.1|${port}|model_accuracy`),
  );
  return error as PrometheusError;
}

beforeAll(async () => {
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  seen = [];
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
});

describe('a query', () => {
  it('is a form below the address, with its credentials and without compression', async () => {
    handler = good;
    const answer = await clientAt('/prom/').query('model_accuracy{a="ü"} < 1', at, { stats: true });
    expect(answer).toEqual({ samples: [{ labels: { a: 'ü' }, value: 2, timestamp: 1 }], scanned: 7 });
    expect(seen).toMatchObject([{ method: 'POST', url: '/prom/api/v1/query' }]);
    expect(seen[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from(`ada:${SECRET}`).toString('base64')}`,
      'accept-encoding': 'identity',
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(Object.fromEntries(seen[0]?.form ?? [])).toEqual({
      query: 'model_accuracy{a="ü"} < 1',
      time: '1773144000.500',
      stats: '1',
    });
  });

  it('asks for no statistics unless told to', async () => {
    handler = good;
    await clientAt().query('up', at);
    expect(seen[0]?.form.has('stats')).toBe(false);
  });

  it('is at most one of eight under way; a hundred share their connections and one signal', async () => {
    let underWay = 0;
    let most = 0;
    handler = (response) => {
      most = Math.max(most, ++underWay);
      setTimeout(() => {
        underWay--;
        response.end(GOOD);
      }, 5);
    };
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on('warning', onWarning);
    const client = clientAt();
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 100 }, () => client.query('up', at, { signal })));
    await sleep(0);
    process.off('warning', onWarning);
    expect(most).toBe(8);
    expect(new Set(seen.map((request) => request.port)).size).toBe(8);
    expect(warnings).toEqual([]);
  });
});

describe('an answer that does not come', () => {
  it('is given up after the time for one query, from the first byte to the last', async () => {
    handler = silence;
    expect(await failureOf(clientAt('', 100).query('model_accuracy', at))).toMatchObject({
      reason: 'timeout',
      message: 'no answer in time',
    });
    handler = (response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    };
    expect(await failureOf(clientAt('', 150).query('model_accuracy', at))).toMatchObject({
      reason: 'timeout',
    });
    expect(seen).toHaveLength(2);
  });

  it('is given up when the evaluation ends, also by those that wait for a connection', async () => {
    handler = silence;
    const client = clientAt();
    const signal = AbortSignal.timeout(100);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => failureOf(client.query('model_accuracy', at, { signal }))),
    );
    expect(new Set(answers.map(({ message }) => message))).toEqual(
      new Set(['given up: the evaluation ran out of time']),
    );
    expect(seen).toHaveLength(8);
    expect(await failureOf(client.query('model_accuracy', at, { signal }))).toMatchObject({
      reason: 'timeout',
    });
    expect(seen).toHaveLength(8);
    handler = good;
    expect((await client.query('up', at)).samples).toHaveLength(1);
  });
});

describe('a broken connection', () => {
  it('is no failure when the second attempt is answered', async () => {
    handler = inTurn(reset, good);
    expect((await clientAt().query('up', at)).samples).toHaveLength(1);
    handler = inTurn(
      silence,
      silence,
      (response, request) => {
        response.writeHead(200, { 'content-length': GOOD.length }).write(GOOD.slice(0, 20), () => {
          request.socket.destroy();
        });
      },
      good,
    );
    expect((await clientAt().query('up', at)).samples).toHaveLength(1);
    expect(seen).toHaveLength(4);
  });

  it('fails the query when it happens twice', async () => {
    handler = reset;
    const error = await failureOf(clientAt().query('model_accuracy', at));
    expect(error).toMatchObject({ reason: 'unavailable', message: 'cannot reach Prometheus (ECONNRESET)' });
    expect(seen).toHaveLength(2);
  });

  it('fails the query when nobody listens', async () => {
    const closed = net.createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port: nobody } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const client = new PrometheusClient(`http://127.0.0.1:${nobody}`, 2000);
    expect(await failureOf(client.query('model_accuracy', at))).toMatchObject({
      message: 'cannot reach Prometheus (ECONNREFUSED)',
    });
    expect(await client.ready()).toBe(false);
  });

  it('is not tried again without time for it', async () => {
    handler = inTurn(reset, silence);
    const { signal } = new AbortController();
    const began = performance.now();
    await failureOf(clientAt('', 40).query('model_accuracy', at, { signal }));
    expect(seen).toHaveLength(1);
    const ending = AbortSignal.timeout(30);
    expect(await failureOf(clientAt().query('model_accuracy', at, { signal: ending }))).toMatchObject({
      reason: 'timeout',
    });
    expect(performance.now() - began).toBeLessThan(1500);
  });
});

describe('an answer that is no answer', () => {
  it.each<[sentence: string, handler: Handler, reason: string, message: string]>([
    [
      'larger than allowed, as it says',
      (response) => response.writeHead(200, { 'content-length': 64 * MIB + 1 }).write('{'),
      'too_expensive',
      'the answer is larger than 64 MiB',
    ],
    [
      'larger than allowed, without saying so',
      (response) => {
        const piece = Buffer.alloc(8 * MIB, ' ');
        const more = (): void => void (response.destroyed || response.write(piece, more));
        more();
      },
      'too_expensive',
      'the answer is larger than 64 MiB',
    ],
    [
      'a redirect',
      (response) => response.writeHead(302, { location: `http://127.0.0.1:${port}/elsewhere` }).end(),
      'bad_response',
      'HTTP 302 without a JSON object',
    ],
    [
      'no HTTP',
      (response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n'),
      'unavailable',
      'cannot reach Prometheus (HPE_INVALID_CONSTANT)',
    ],
    [
      'an error of Prometheus',
      (response) =>
        response.writeHead(422).end('{"status":"error","errorType":"execution","error":"many-to-many"}'),
      'bad_query',
      'many-to-many',
    ],
  ])('is %s', async (_sentence, misbehave, reason, message) => {
    handler = misbehave;
    expect(await failureOf(clientAt('', 5000).query('model_accuracy', at))).toMatchObject({
      reason,
      message,
    });
    expect(seen).toHaveLength(1);
  });
});

describe('a compressed answer', () => {
  const exchange = (): Promise<ExchangeAnswer> => {
    const client = new HttpExchange(`http://127.0.0.1:${port}`, {
      connections: 1,
      maxBytes: MIB,
      gzip: true,
    });
    clients.push(client);
    return client.send({ path: '/api/v1/query_range', form: new URLSearchParams(), timeoutMs: 2000 });
  };
  const packed =
    (body: Buffer): Handler =>
    (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);

  it('is asked for and unpacked where that was wanted', async () => {
    handler = packed(gzipSync('später'));
    expect((await exchange()).body.toString()).toBe('später');
    expect(seen[0]?.headers['accept-encoding']).toBe('gzip');
  });

  it('may be no larger unpacked', async () => {
    handler = packed(gzipSync(Buffer.alloc(MIB + 1)));
    expect(await failureOf(exchange())).toMatchObject({
      reason: 'too_expensive',
      message: 'the answer is larger than 1 MiB',
    });
  });

  it('may be broken', async () => {
    handler = packed(Buffer.from('no gzip'));
    expect(await failureOf(exchange())).toMatchObject({
      reason: 'unavailable',
      message: 'cannot reach Prometheus (Z_DATA_ERROR)',
    });
  });
});
