import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Tokens } from '../../../src/access/tokens.store.js';
import { runCommandLine } from '../../../src/cli.js';
import { DecisionsController } from '../../../src/console/decisions.controller.js';
import { RunsController } from '../../../src/console/runs.controller.js';
import { DatabaseClient } from '../../../src/platform/database.client.js';
import { migrate } from '../../../src/platform/migrate.client.js';
import { AskedRuns } from '../../../src/retraining/asked-runs.dispatcher.js';
import { IncidentStore } from '../../../src/retraining/incident.store.js';
import { PolicyBook } from '../../../src/retraining/policy-book.store.js';
import { RunRecorder } from '../../../src/retraining/run-recorder.store.js';
import { RunRequestController } from '../../../src/retraining/run-request.controller.js';
import { RunStore } from '../../../src/retraining/run.store.js';
import { freePort } from '../../support/free-port.js';
import { startPostgres } from '../../support/postgres.js';
import { DAY, HOUR, MINUTE, PolicyWorld } from './policy-world.js';

const TOKEN = 'api-token';
let world: PolicyWorld;
let app: NestFastifyApplication;
let url = '';

beforeAll(async () => {
  const { address } = await startPostgres();
  await migrate(address);
  world = new PolicyWorld(address);
  @Module({
    controllers: [DecisionsController, RunsController, RunRequestController],
    providers: [
      { provide: DatabaseClient, useValue: world.database },
      { provide: AskedRuns, useValue: world.asked },
      { provide: PolicyBook, useValue: world.book },
      { provide: RunStore, useValue: world.stores.runs },
      { provide: IncidentStore, useValue: world.stores.incidents },
      { provide: RunRecorder, useValue: world.recorder },
      { provide: Tokens, useValue: new Tokens({ apiToken: TOKEN }) },
    ],
  })
  class Api {}
  app = await NestFactory.create<NestFastifyApplication>(Api, new FastifyAdapter(), { logger: false });
  app.useGlobalPipes(new StandardSchemaValidationPipe());
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
}, 60_000);
afterAll(async () => {
  await app.close();
  await world.close();
});

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const explain = (...args: readonly string[]): Promise<Told> => retune('explain', 'run', ...args);

async function retune(...args: readonly string[]): Promise<Told> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommandLine(args, {
    env: { RETUNE_EXTERNAL_URL: url, RETUNE_API_TOKEN: TOKEN },
    cwd: process.cwd(),
    print: (line) => void out.push(line),
    complain: (line) => void err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('retune explain run', () => {
  let revision = '';
  beforeEach(async () => {
    const [policy] = await world.begin([{ cooldown: '24h' }]);
    revision = policy!.revision;
    await world.past('failed', 2 * HOUR);
    await world.pass(10 * MINUTE);
    await world.fire('Accuracy');
    await world.round();
    await world.pass(HOUR);
  });

  it('says why nothing started at a time: every gate, its number, the evidence and the revision', async () => {
    const { code, out, err } = await explain('iris', '--at=2026-03-10T12:30Z');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.split('\n');
    expect(lines[0]).toBe('iris at 2026-03-10T12:30:00.000Z');
    expect(lines).toContain(
      'policy p did not retrain (cooldown), decided at 2026-03-10T12:10:00.000Z; the same once more, last at 2026-03-10T13:10:00.000Z',
    );
    expect(lines).toContain(
      '  because of cooldown: until 2026-03-12T11:00:00.000Z: 2d after rt-past-1 ended failed, longer after 1 failure in a row',
    );
    expect(out).toMatch(new RegExp(`incident inc-\\w+, revision ${revision} of the policy`));
    expect(lines).toContain('  pass  trigger     Accuracy (accuracy 0.88, threshold 0.92, n=340) firing');
    expect(lines).toContain('  pass  budget      1 of 4 runs in 30d');
    expect(lines.filter((line) => /^ {2}(pass|fail|FAIL) {2}/.test(line))).toHaveLength(15);
  });

  it('tells of the run that started, and what became of it', async () => {
    await world.pass(3 * DAY);
    await world.end('not_improved');
    const { out } = await explain('iris', '--at=2026-03-13T13:30Z');
    expect(out).toMatch(/policy p retrained \(policy mode\), decided at 2026-03-13T13:10:00.000Z/);
    expect(out).toMatch(/run rt-\w+ is not improved/);
  });

  it('says the same as JSON', async () => {
    const { code, out } = await explain('iris', '--at=2026-03-10T12:30Z', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      model: 'iris',
      at: '2026-03-10T12:30:00.000Z',
      decisions: [{ decision: 'hold', reason: 'cooldown', policy_revision: revision, times: 2 }],
      runs: [],
    });
  });

  it('names the nearest decisions where none held', async () => {
    const early = await explain('iris', '--at=2026-03-10T03:10Z');
    expect(early).toMatchObject({ code: 1, out: '' });
    expect(early.err.split('\n')).toEqual([
      'no incident of iris was open at 2026-03-10T03:10:00.000Z: no alert that names it was firing, so there was nothing to decide',
      'nearest decisions:',
      '  after: policy p did not retrain (cooldown), decided at 2026-03-10T12:10:00.000Z',
    ]);
    await world.resolve('Accuracy');
    await world.pass(MINUTE);
    await world.pass(10 * MINUTE);
    const late = await explain('iris', '--at=2026-03-10T20:00Z');
    expect(late.err).toContain('  before: policy p did not retrain (not triggered)');
  });

  it('knows what it cannot answer, and says what to do instead', async () => {
    expect((await explain('iris-', '--at=03:10')).err).toBe(
      'no policy is about a model "iris-", did you mean "iris"?',
    );
    expect((await explain('churn')).err).toBe('no policy is about a model "churn"; policies are about iris');
    const nobody = `http://127.0.0.1:${await freePort()}`;
    expect(await explain('iris', `--url=${nobody}`)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/ does not answer: .*ECONNREFUSED.*; is Retune running there\?/),
    });
    expect(await explain('iris', '--at=yesterday')).toMatchObject({
      code: 2,
      err: 'expected a time such as 2026-03-10T03:10Z, or 03:10 for the last time it was that in UTC, got "yesterday"',
    });
    expect((await explain()).err).toMatch(/^expected one model/);
    expect((await explain('iris', '--rules=x')).err).toMatch(/leave out --rules/);
    expect((await explain('iris', '--url=localhost')).err).toMatch(/^expected an address such as/);
  });
});

describe('retune retrain', () => {
  const retrain = (...args: readonly string[]): Promise<Told> => retune('retrain', ...args);

  it('starts a run in a person’s name, and is told why not when a gate holds it', async () => {
    await world.begin([{}]);
    const first = await retrain('iris', '--by=ann', '--why=new labels are in');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/^run rt-\w+ of iris is queued$/);
    const again = await retrain('iris', '--by=bob');
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toMatch(/^policy p holds it back \(active run\): active_run: rt-\w+ is queued$/);
    const { out } = await explain('iris');
    expect(out.split('\n')).toContain('  pass  trigger     ann asks: new labels are in');
  });

  it('waits for somebody else where the policy asks', async () => {
    await world.begin([{ mode: 'approve' }]);
    const { out } = await retrain('iris', '--by=ann', '--json');
    const { id } = JSON.parse(out) as { id: string };
    const approve = (by: string): Promise<Response> =>
      fetch(`${url}/api/runs/${id}/approve`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
        body: JSON.stringify({ by }),
      });
    const own = await approve('ann');
    expect(own.status).toBe(403);
    expect(((await own.json()) as { message: string }).message).toBe(
      'ann asked for this run, and policy p wants somebody else to approve it (not_requester)',
    );
    expect((await approve('bob')).status).toBe(200);
  });

  it('needs a policy where the model has several, and the token', async () => {
    await world.begin([{}, { name: 'q' }]);
    expect((await retrain('iris', '--by=ann')).err).toBe(
      'expected policy to be one of p, q: all are about iris',
    );
    expect((await retrain('iris', '--by=ann', '--policy=x')).err).toBe(
      'no policy of iris is named "x"; it has p, q',
    );
    expect((await retrain('iris', '--by=ann', '--policy=q')).code).toBe(0);
    expect((await retrain('irix', '--by=ann')).err).toBe(
      'no policy is about a model "irix", did you mean "iris"?',
    );
    expect(await retrain('iris')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^expected a model and who asks/),
    });
    const stranger = await fetch(`${url}/api/models/iris/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"by":"eve"}',
    });
    expect(stranger.status).toBe(401);
  });
});
