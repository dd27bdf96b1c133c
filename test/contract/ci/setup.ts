import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { HttpClient } from '../../../src/platform/http.client.js';
import type { CiIo, Finding, Refused, RunRequest } from '../../../src/retraining/ci/ci-provider.js';
import {
  CaptureServer,
  type Answering,
  type CapturedRequest,
  type ScriptedAnswer,
} from '../../support/capture-server.js';

export const NOW = new Date('2026-03-10T12:00:00Z');
export const SINCE = new Date('2026-03-10T11:58:00Z');
export const ID = 'rt-01kkbt4s00000000000000000a';
export const TOKEN = 'ghp_TOKENSECRET';
export const SIGNING = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const CALLBACK = 'CALLBACKSECRET';
export const SECRETS = [TOKEN, SIGNING, SIGNING.slice(6), CALLBACK, 'PATHSECRET'];

export const request: RunRequest = {
  correlationId: ID,
  model: 'iris-classifier',
  currentVersion: '7',
  reason: { kind: 'accuracy', summary: 'accuracy 0.88', severity: 'critical', requestedBy: 'policy:iris' },
  evidence: [{ rule: 'IrisAccuracyLow', labels: {}, value: 0.88, threshold: 0.92, n: 340 }],
  windows: {
    drifted: { from: '2026-03-10T06:00:00Z', to: '2026-03-10T12:00:00Z' },
    training: { from: '2026-03-09T12:00:00Z', to: '2026-03-10T12:00:00Z' },
  },
  links: {},
  deadline: '2026-03-10T19:00:00Z',
  requestedAt: '2026-03-10T12:00:00Z',
  callback: {
    url: 'https://retune.example/report',
    claimUrl: 'https://retune.example/claim',
    token: CALLBACK,
  },
};

/** States that every CI system can be in, and one that no adapter knows. */
export type State = 'running' | 'succeeded' | 'failed' | 'cancelled' | 'nobody knows';

/** How a provider is pointed at an address, and what its target says. */
export interface Setup {
  config(url: string): object;
  /** What the run is called by in all answers; 42 unless said otherwise. */
  readonly id?: string;
  /** What the provider's documentation says of the request that starts a run: `{ method, path, body }`, the body parsed. */
  readonly documented: z.ZodType;
  /** The header that carries the credentials, lower-case, and what is in it. */
  readonly authorization: readonly [string, string];
  readonly made: Answering;
  readonly status: (state: State) => Answering;
  /** States that the CI system has no word for. */
  readonly without?: readonly State[];
  readonly found: Answering;
  readonly notFound: Answering;
  readonly refusals: readonly (readonly [string, Answering, Partial<Refused>])[];
  /** Answers to the trigger that prove nothing, besides those that every server may give. */
  readonly doubts?: readonly (readonly [string, Answering])[];
  readonly cancel?: { readonly requested: Answering; readonly finished: Answering };
  /** What a preflight is answered when all is well, and what it has to find where not. */
  readonly preflight: {
    readonly fine: Answering;
    /** What is told even then. */
    readonly notes?: readonly Finding['reason'][];
    readonly faults: readonly (readonly [string, Answering, Finding['reason'], Finding['severity']?])[];
  };
}

/** A target that repeats what it was told, secrets and all. */
export const said = (
  status: number,
  message: string,
  headers: Record<string, string> = {},
): ScriptedAnswer => ({
  status,
  headers,
  body: { message: `${message} ${TOKEN} ${CALLBACK}` },
});
/** The same in answer to a request that did not carry the callback's token. */
export const saidToGet = (status: number, message: string): ScriptedAnswer => ({
  status,
  body: { message: `${message} ${TOKEN}` },
});

/** Answers by the first part of `METHOD /path?query` that a request contains; 404 when it contains none. */
export const routes =
  (table: Readonly<Record<string, Answering>>): ((request: CapturedRequest) => ScriptedAnswer) =>
  (request) => {
    const asked = `${request.method} ${request.path}`;
    const answer =
      Object.entries(table).find(([part]) => asked.includes(part))?.[1] ?? saidToGet(404, 'Not Found');
    return typeof answer === 'function' ? answer(request) : answer;
  };

/** JSON with status 200. */
export const ok = (body: object): ScriptedAnswer => ({ status: 200, body });

/** What a spec of a provider works with: its io, and a server that stands for the CI system. */
export interface Frame {
  readonly io: CiIo;
  readonly server: CaptureServer;
  /** What was asked for so far, without queries: `GET /job/iris/17`. */
  readonly asked: () => readonly string[];
}

/** Starts a server for the tests of the file; it forgets its requests before each, listens, and answers 500 until told otherwise. */
export function startFrame(timeoutMs?: number): Frame {
  const http = new HttpClient();
  let server: CaptureServer;
  beforeAll(async () => {
    server = await CaptureServer.start();
  });
  beforeEach(async () => {
    await server.listen();
    server.requests.splice(0);
    server.otherwise({ status: 500 });
  });
  afterAll(() => http.onApplicationShutdown());
  return {
    io: {
      http: { send: (sent) => http.send({ ...sent, ...(timeoutMs === undefined ? {} : { timeoutMs }) }) },
      reveal: (secret) => secret.reveal((path) => readFile(path, 'utf8')),
      now: NOW,
    },
    get server() {
      return server;
    },
    asked: () => server.requests.map(({ method, path }) => `${method} ${path.split('?')[0] ?? ''}`),
  };
}
