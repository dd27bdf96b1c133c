import { afterAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { HttpRequest, HttpResult } from '../../src/platform/ports.js';
import type { CiIo } from '../../src/retraining/ci/ci-provider.js';
import { GithubConfig } from '../../src/retraining/ci/github/config.js';
import { github } from '../../src/retraining/ci/github/index.js';
import type { Answering, CapturedRequest } from '../support/capture-server.js';
import { refusal } from '../contract/ci/github-objects.js';
import { github as setup } from '../contract/ci/setup-github.js';
import { ID, NOW, SINCE, request, type State } from '../contract/ci/setup.js';
import { ApiDescription, type Exchange } from './api-description.js';

const FOLDER = process.env['RETUNE_GITHUB_DESCRIPTIONS'];
if (FOLDER === undefined)
  throw new Error('expected to be run by npm run test:contracts, which fetches what it needs');
const described = new ApiDescription(join(FOLDER, 'api.github.com.json'));
const enterprise = new ApiDescription(join(FOLDER, 'ghes-3.19.json'));

const ROOT = 'https://github.invalid/api/v3';
const config = GithubConfig.parse(setup.config('https://github.invalid'));
const counted = { requests: 0, answers: 0 };
afterAll(() => {
  process.stdout.write(
    `${counted.requests} requests and ${counted.answers} answers held against GitHub’s description\n`,
  );
});

/** Answers as told, without a network, and keeps what was said; an answer that is not GitHub's, such as a page of a proxy, is left out. */
async function exchangesOf(answering: Answering | Answering[], act: (io: CiIo) => Promise<unknown>) {
  const exchanges: Exchange[] = [];
  const queue = Array.isArray(answering) ? [...answering] : [];
  const send = async (sent: HttpRequest): Promise<HttpResult> => {
    const path = sent.url.slice(ROOT.length);
    const headers = Object.fromEntries(
      Object.entries(sent.headers ?? {}).map(([name, text]) => [name.toLowerCase(), text]),
    );
    const captured: CapturedRequest = {
      method: sent.method,
      path: `/api/v3${path}`,
      headers,
      body: sent.body ?? '',
      at: NOW,
    };
    const told = Array.isArray(answering) ? queue.shift() : answering;
    const answer = typeof told === 'function' ? told(captured) : told;
    if (answer === undefined || typeof answer === 'string')
      throw new Error(`no answer for ${sent.method} ${path}`);
    const body = typeof answer.body === 'object' ? JSON.stringify(answer.body) : (answer.body ?? '');
    if (!body.startsWith('<')) {
      const contentType = headers['content-type'];
      exchanges.push({
        method: sent.method,
        path,
        ...(contentType === undefined ? {} : { contentType }),
        ...(sent.body === undefined ? {} : { body: sent.body }),
        status: answer.status,
        answer: body,
      });
    }
    return { kind: 'answer', status: answer.status, headers: answer.headers ?? {}, body };
  };
  const io: CiIo = { http: { send }, reveal: (secret) => secret.reveal(async () => ''), now: NOW };
  await act(io).catch(() => undefined);
  return exchanges;
}

function hold(exchanges: readonly Exchange[], description: ApiDescription): void {
  expect(exchanges).not.toEqual([]);
  for (const exchange of exchanges) {
    const what = `${exchange.method} ${exchange.path} ${exchange.status}`;
    expect([what, description.requestFaults(exchange)]).toEqual([what, []]);
    expect([what, description.answerFaults(exchange, 'basic-error')]).toEqual([what, []]);
    counted.requests++;
    counted.answers++;
  }
}

const trigger = (io: CiIo) => github.trigger(request, config, io);
const find = async (io: CiIo) => github.find?.(ID, SINCE, config, io);
const status = (io: CiIo) => github.status({ id: '42' }, ID, config, io);
const cancel = async (io: CiIo) => github.cancel?.({ id: '42' }, config, io);
const preflight = async (io: CiIo) => github.preflight?.(config, io);
const unknownKey = {
  status: 422,
  body: refusal('Invalid request. "return_run_details" is not a permitted key.'),
};

describe('what the github adapter sends and is answered is as GitHub describes it', () => {
  const states: readonly State[] = ['running', 'succeeded', 'failed', 'cancelled', 'nobody knows'];
  it.each<[string, Answering | Answering[], (io: CiIo) => Promise<unknown>]>([
    ['a dispatch', setup.made, trigger],
    ...setup.refusals.map(
      ([what, answer]) =>
        [`a dispatch refused by ${what}`, answer, trigger] as [string, Answering, typeof trigger],
    ),
    ['a run found by its title', setup.found, find],
    ['a run not found in the workflow, nor in the repository', setup.notFound, find],
    ...states.map(
      (state) =>
        [`a run that is ${state}`, setup.status(state), status] as [string, Answering, typeof status],
    ),
    ['a cancellation', setup.cancel?.requested as Answering, cancel],
    ['a cancellation that comes too late', setup.cancel?.finished as Answering, cancel],
    [
      'a cancellation by force',
      [
        { status: 500, body: refusal('stuck') },
        { status: 202, body: {} },
      ],
      cancel,
    ],
    ['a look before the first run', setup.preflight.fine, preflight],
  ])('%s', async (_what, answering, act) => hold(await exchangesOf(answering, act), described));

  const faults = setup.preflight.faults.filter(([what]) => what !== 'a page of a proxy');
  it.each(faults.map(([what, answer]) => [what, answer] as const))(
    'a look that finds %s',
    async (_what, answer) => hold(await exchangesOf(answer, preflight), described),
  );
});

describe('GitHub Enterprise Server 3.19', () => {
  it('does not know the key that is left out on the second try, and takes the rest', async () => {
    const [first, second] = await exchangesOf([unknownKey, { status: 204 }], trigger);
    expect(enterprise.requestFaults(first as Exchange)).toEqual([
      'the key return_run_details is not described',
    ]);
    hold([second as Exchange], enterprise);
  });

  it.each<[string, Answering, (io: CiIo) => Promise<unknown>]>([
    ['a run that is found', setup.found, find],
    ['a run that is looked at', setup.status('running'), status],
    ['a run that is cancelled', setup.cancel?.requested as Answering, cancel],
    ['a look before the first run', setup.preflight.fine, preflight],
  ])('is asked as it describes: %s', async (_what, answering, act) =>
    hold(await exchangesOf(answering, act), enterprise),
  );
});

describe('the comparison itself', () => {
  const exchange = async () => {
    const [first] = await exchangesOf(setup.made, trigger);
    return first as Exchange;
  };
  it.each<[string, Partial<Exchange>, string]>([
    ['another address', { path: '/repos/flowers/iris/actions/dispatch' }, 'is not described'],
    ['a key that is missing', { body: '{"inputs":{}}' }, "must have required property 'ref'"],
    ['a key too many', { body: '{"ref":"main","wait":true}' }, 'the key wait is not described'],
    ['a value of another type', { body: '{"ref":7}' }, '/ref must be string'],
    [
      'too many inputs',
      {
        body: JSON.stringify({
          ref: 'main',
          inputs: Object.fromEntries(Array.from({ length: 26 }, (_, at) => [`i${at}`, ''])),
        }),
      },
      'must NOT have more than 25 properties',
    ],
    ['another media type', { contentType: 'text/plain' }, 'the type text/plain is not described'],
  ])('sees %s in a request', async (_what, more, fault) => {
    expect(described.requestFaults({ ...(await exchange()), ...more }).join()).toContain(fault);
  });
  it.each<[string, Partial<Exchange>, string]>([
    ['a status', { status: 201 }, 'the status 201 is not described'],
    [
      'an id that is a text',
      { answer: '{"workflow_run_id":"42","run_url":"x","html_url":"x"}' },
      '/workflow_run_id must be integer',
    ],
    ['an empty body', { answer: '' }, 'the body is missing'],
    ['a body behind 204', { status: 204 }, 'an answer with a body is not described'],
    ['an error of another form', { status: 403, answer: '{"message":7}' }, '/message must be string'],
  ])('sees %s in an answer', async (_what, more, fault) => {
    expect(described.answerFaults({ ...(await exchange()), ...more }, 'basic-error').join()).toContain(fault);
  });
  it('sees a query that is not described', async () => {
    const [first] = await exchangesOf(setup.found, find);
    const path = `${(first as Exchange).path}&sort=desc`;
    expect(described.requestFaults({ ...(first as Exchange), path })).toEqual([
      'the parameter sort is not described',
    ]);
  });
});
