import { beforeAll, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { describeWith } from '../support/binaries.js';
import { type TestBuildbot, startBuildbot } from '../support/buildbot.js';
import { ChaosProxy, type Fault } from '../support/chaos-proxy.js';
import { eventually } from '../support/eventually.js';
import { MetricSource } from '../support/metric-source.js';
import { type TestPostgres, startPostgres } from '../support/postgres.js';
import { type TestPrometheus, startPrometheus } from '../support/prometheus.js';
import { type TestRetune, startRetune } from '../support/retune.js';

/** Each story watches four servers, which a busy machine slows down. */
const WITHIN_MS = 60_000;
/** More than a trigger may be under way before its sender counts as dead. */
const AWAY = '3 minutes';

const MODELS = ['never_left', 'never_stored', 'never_answered'] as const;
type Model = (typeof MODELS)[number];

interface Run {
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
  readonly ref?: { readonly id: string };
}

const rules = (ci: string): string => `
models:
${MODELS.map((model) => `  - { name: ${model} }`).join('\n')}
policies:
${MODELS.map(
  (model) => `  - name: ${model}
    model: ${model}
    mode: auto
    trigger: { any: [{ matchers: ['alertname="Wrong"'] }] }
    run: train
    verify: { new_version_within: 5m, soak: 0s, window: 10s, deadline: 5m, min_samples: 100, target: 0.9 }`,
).join('\n')}
ci:
  - name: train
    buildbot: { url: '${ci}', scheduler: act, builder: act, parameters: { act: wait, version: '8' } }
`;

/**
 * The moments at which a trigger can be lost, with the real service, a real CI server and a network that loses by script. That the
 * CI server itself is killed is told in test/contract/ci/real-buildbot.spec.ts.
 */
describeWith(['prometheus', 'buildbot'], 'a trigger that is lost', () => {
  let [source, prometheus, postgres]: [MetricSource, TestPrometheus, TestPostgres] = [] as never;
  let [ci, proxy, retune]: [TestBuildbot, ChaosProxy, TestRetune] = [] as never;

  beforeAll(async () => {
    source = await MetricSource.start();
    for (const model of MODELS) serve(model, '7', 0);
    [ci, postgres, prometheus] = await Promise.all([
      startBuildbot({ builds: 4 }),
      startPostgres(),
      startPrometheus({ scrapeTargets: [source.target], scrapeInterval: '1s' }),
    ]);
    proxy = await ChaosProxy.start(ci.url);
    const env = { DATABASE_URL: postgres.url };
    retune = await startRetune({ prometheusUrl: prometheus.url, rules: rules(proxy.url), env });
  }, 90_000);
  beforeEach(() => {
    proxy.script = () => 'none';
    proxy.requests.length = 0;
  });

  /** So many more predictions of a version, nearly all of them right. */
  function serve(model: Model, version: string, predictions: number): void {
    const labels = { model_name: model, model_version: version };
    source.add('model_prediction_requests_total', labels, predictions);
    source.add('model_labeled_predictions_total', { ...labels, outcome: 'correct' }, predictions);
    source.add('model_labeled_predictions_total', { ...labels, outcome: 'incorrect' }, predictions / 100);
  }
  const onTrigger = (fault: Fault): void => {
    proxy.script = ({ method }) => (method === 'POST' ? fault : 'none');
  };
  const ask = async (model: Model): Promise<string> => {
    const asked = (): Promise<{ status: number; body: unknown }> =>
      retune.post(`/api/models/${model}/runs`, { by: 'jane', why: 'it is time' });
    const { body } = await eventually(async () => {
      const answer = await asked();
      if (answer.status !== 201) throw new Error(`nobody may ask yet: ${JSON.stringify(answer)}`);
      return answer;
    });
    const { runs } = await retune.get<{ runs: readonly Run[] }>(`/api/runs?model=${model}`);
    if (runs.length !== 1) throw new Error(`expected one run: ${JSON.stringify(body)}`);
    return runs[0]!.id;
  };
  const reaches = (id: string, state: string): Promise<Run> =>
    eventually(async () => {
      const run = await retune.get<Run>(`/api/runs/${id}`);
      if (run.state !== state) throw new Error(`expected ${state}, got ${JSON.stringify(run)}`);
      return run;
    }, 30_000);
  const inDatabase = async (statement: string, values: readonly unknown[]): Promise<readonly unknown[]> => {
    const client = new pg.Client(postgres.url);
    await client.connect();
    try {
      return (await client.query(statement, [...values])).rows;
    } finally {
      await client.end();
    }
  };
  /** Kills the service in the middle of a trigger, and starts it again after it was away for minutes: its rows grow old instead. */
  const killAndReturn = async (id: string): Promise<void> => {
    await retune.kill();
    await proxy.idle();
    expect(await inDatabase('select state, attempt, ci_ref from runs where id = $1', [id])).toEqual([
      { state: 'triggering', attempt: 1, ci_ref: null },
    ]);
    const older = ['created_at', 'sent_at', 'next_check_at', 'claimed_until']
      .map((column) => `${column} = ${column} - interval '${AWAY}'`)
      .join(', ');
    await inDatabase(`update runs set ${older} where id = $1`, [id]);
    proxy.script = () => 'none';
    await retune.start();
  };
  const stepsOf = async (model: Model): Promise<readonly string[]> => {
    const { entries } = await retune.get<{ entries: readonly { summary: string }[] }>(
      `/api/journal?kind=run&model=${model}`,
    );
    return entries
      .map(({ summary }) => summary.replace(/^retraining \w+ \(rt-\w+\) /, '').replace(/, .*/, ''))
      .toReversed();
  };
  const triggers = (id: string): readonly unknown[] =>
    proxy.requests.filter(({ method, body }) => method === 'POST' && body.includes(id));
  /** From a run that is known again to the proof: the build ends, the new version serves, and does better. */
  const goesOn = async (model: Model, id: string): Promise<void> => {
    const { ref } = await reaches(id, 'running');
    ci.open(id);
    await reaches(id, 'succeeded');
    serve(model, '8', 0);
    await eventually(async () => {
      const seen = await prometheus.query(`model_labeled_predictions_total{model_name="${model}"}`);
      return seen.length === 4;
    });
    serve(model, '8', 300);
    await reaches(id, 'verified');
    expect(await ci.requestsOf(id)).toMatchObject([{ id: ref?.id, complete: true, results: 0 }]);
  };

  it(
    'leads to exactly one build, where the service was killed before it left',
    async () => {
      onTrigger('hold_request');
      const id = await ask('never_left');
      await proxy.holding('hold_request');
      await killAndReturn(id);
      expect(proxy.requests.find(({ method }) => method === 'POST')).toMatchObject({ reached: false });
      await goesOn('never_left', id);
      expect(await stepsOf('never_left')).toEqual([
        'queued: decided',
        'queued → triggering: sending',
        'triggering → ambiguous: answer lost',
        'ambiguous → queued: safe to resend',
        'queued → triggering: sending',
        'triggering → dispatched: triggered',
        'dispatched → running: running in ci',
        'running → succeeded: succeeded in ci',
        'succeeded → soaking: version seen',
        'soaking → verified: verified',
      ]);
      expect(triggers(id)).toMatchObject([{ reached: false }, { reached: true }]);
    },
    WITHIN_MS,
  );

  const ADOPTED = [
    'queued: decided',
    'queued → triggering: sending',
    'triggering → ambiguous: answer lost',
    'ambiguous → dispatched: adopted',
    'dispatched → running: running in ci',
    'running → succeeded: succeeded in ci',
    'succeeded → soaking: version seen',
    'soaking → verified: verified',
  ];

  it(
    'is found again, where the service was killed before it stored the answer',
    async () => {
      onTrigger('hold_answer');
      const id = await ask('never_stored');
      await proxy.holding('hold_answer');
      await killAndReturn(id);
      expect(await ci.requestsOf(id)).toHaveLength(1);
      await goesOn('never_stored', id);
      expect(await stepsOf('never_stored')).toEqual(ADOPTED);
      expect(triggers(id)).toMatchObject([{ reached: true }]);
    },
    WITHIN_MS,
  );

  it(
    'is found again, where the network lost the answer',
    async () => {
      onTrigger('swallow_answer');
      const id = await ask('never_answered');
      await goesOn('never_answered', id);
      expect(await stepsOf('never_answered')).toEqual(ADOPTED);
      expect(triggers(id)).toMatchObject([{ reached: true }]);
    },
    WITHIN_MS,
  );
});
