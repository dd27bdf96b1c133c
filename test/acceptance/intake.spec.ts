import { beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type TestAlertmanager, startAlertmanager } from '../support/alertmanager.js';
import { describeWith } from '../support/binaries.js';
import { CaptureServer } from '../support/capture-server.js';
import { eventually } from '../support/eventually.js';
import { type TestPostgres, startPostgres } from '../support/postgres.js';
import { type TestRetune, startRetune } from '../support/retune.js';

type Labels = Readonly<Record<string, string>>;
interface ShownAlert {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: string;
  readonly source: string;
  readonly activeAt: string;
}
interface Told {
  readonly status: string;
  readonly alerts: readonly { readonly status: string; readonly labels: Labels }[];
}

const TOKEN = 'hook-token';
const rules = (hook: string): string => `
route: { receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }
receivers: [{ name: hook, webhook_configs: [{ url: '${hook}' }] }]
`;
const alertmanagerConfig = (retune: string): object => ({
  route: {
    receiver: 'retune',
    group_by: ['alertname'],
    group_wait: '0s',
    group_interval: '1s',
    repeat_interval: '1h',
  },
  receivers: [
    {
      name: 'retune',
      webhook_configs: [
        { url: `${retune}/webhooks/alertmanager`, http_config: { authorization: { credentials: TOKEN } } },
      ],
    },
  ],
});
const alert = (labels: object, more: object = {}): object => ({
  status: 'firing',
  labels,
  annotations: { summary: 'from outside' },
  startsAt: '2026-03-10T12:00:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example/graph',
  ...more,
});

describeWith(['alertmanager'], 'alerts from another Alertmanager', () => {
  let [postgres, sink, retune, first, second]: [
    TestPostgres,
    CaptureServer,
    TestRetune,
    TestAlertmanager,
    TestAlertmanager,
  ] = [] as never;

  beforeAll(async () => {
    [postgres, sink] = await Promise.all([startPostgres(), CaptureServer.start()]);
    retune = await startRetune({
      prometheusUrl: 'http://127.0.0.1:1',
      rules: rules(sink.url),
      env: { DATABASE_URL: postgres.url, RETUNE_WEBHOOK_TOKEN: TOKEN },
    });
    const config = alertmanagerConfig(retune.url);
    [first, second] = await Promise.all([startAlertmanager(config), startAlertmanager(config)]);
  }, 60_000);

  /** POST of a body, as text, to the webhook. */
  const deliver = async (
    body: string,
    headers: Record<string, string> = {},
  ): Promise<{ readonly status: number; readonly answer: unknown }> => {
    const answer = await fetch(`${retune.url}/webhooks/alertmanager`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers },
      body,
    });
    return { status: answer.status, answer: await answer.json() };
  };
  const batch = (...alerts: readonly unknown[]): string => JSON.stringify({ version: '4', alerts });
  /** Tells an Alertmanager of an alert, as a Prometheus does. */
  const raise = async (alertmanager: TestAlertmanager, labels: Labels, times: object): Promise<void> => {
    const answer = await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ labels, annotations: { summary: 'from outside' }, ...times }]),
    });
    expect(answer.status).toBe(200);
  };
  const alertsNamed = async (name: string, state: string): Promise<readonly ShownAlert[]> => {
    const { alerts } = await retune.get<{ alerts: readonly ShownAlert[] }>(
      `/api/alerts?state=${state}&limit=10000`,
    );
    return alerts.filter(({ labels }) => labels['alertname'] === name);
  };
  const transitions = async (name: string): Promise<readonly string[]> => {
    const { entries } = await retune.get<{ entries: readonly { summary: string; reason: string }[] }>(
      '/api/journal?kind=transition&limit=1000',
    );
    return entries.filter(({ summary }) => summary.startsWith(`${name} `)).map(({ reason }) => reason);
  };
  const tellings = (name: string): readonly string[] =>
    sink.requests
      .map(({ body }) => JSON.parse(body) as Told)
      .filter(({ alerts }) => alerts.some(({ labels }) => labels['alertname'] === name))
      .map(({ status }) => status);
  const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
  const ahead = (ms: number): string => new Date(Date.now() + ms).toISOString();

  it('fire and resolve with it, under its fingerprint', async () => {
    const labels = { alertname: 'Outside', zone: 'é 😀' };
    const startsAt = ago(60_000);
    await raise(first, labels, { startsAt, endsAt: ahead(600_000) });
    const [shown] = await eventually(async () => {
      const found = await alertsNamed('Outside', 'firing');
      expect(found).toHaveLength(1);
      return found;
    });
    const [theirs] = (await (await fetch(`${first.url}/api/v2/alerts`)).json()) as readonly ShownAlert[];
    expect(shown).toMatchObject({
      source: 'alertmanager',
      fingerprint: theirs?.fingerprint,
      labels,
      annotations: { summary: 'from outside' },
      activeAt: startsAt,
    });
    await eventually(() => tellings('Outside').length === 1);
    await raise(first, labels, { startsAt, endsAt: ago(1000) });
    await eventually(async () => (await alertsNamed('Outside', 'resolved')).length === 1);
    await eventually(() => tellings('Outside').length === 2);
    expect(tellings('Outside')).toEqual(['firing', 'resolved']);
    expect(await transitions('Outside')).toEqual(['received_resolved', 'received']);
  }, 30_000);

  it('are one when two senders tell of them, and end once', async () => {
    const labels = { alertname: 'Twice' };
    const startsAt = ago(60_000);
    for (const alertmanager of [first, second])
      await raise(alertmanager, labels, { startsAt, endsAt: ahead(600_000) });
    const received = async (): Promise<number> => {
      const metrics = await (await fetch(`${retune.url}/metrics`)).text();
      return [
        ...metrics.matchAll(/^retune_intake_alerts_total\{result="(?:stored|unchanged)"\} (\d+)$/gm),
      ].reduce((sum, [, count]) => sum + Number(count), 0);
    };
    const before = 2; // from the test above
    await eventually(async () => (await received()) >= before + 2);
    await eventually(() => tellings('Twice').length === 1);
    for (const alertmanager of [first, second])
      await raise(alertmanager, labels, { startsAt, endsAt: ago(1000) });
    await eventually(async () => (await received()) >= before + 4);
    await eventually(() => tellings('Twice').length === 2);
    expect(await transitions('Twice')).toEqual(['received_resolved', 'received']);
    expect(tellings('Twice')).toEqual(['firing', 'resolved']);
  }, 30_000);

  it.each<[sentence: string, body: string, headers: Record<string, string>, status: number, says: RegExp]>([
    ['that is no JSON', '{"version":', {}, 400, /JSON/],
    ['that is empty', '', {}, 400, /body/i],
    ['that is a list', '[]', {}, 400, /expected object/],
    ['of another version', JSON.stringify({ version: '3', alerts: [] }), {}, 400, /expected version "4"/],
    ['without alerts', JSON.stringify({ version: '4' }), {}, 400, /expected a list of alerts/],
    [
      'whose alerts are no list',
      JSON.stringify({ version: '4', alerts: 'many' }),
      {},
      400,
      /expected a list of alerts/,
    ],
    ['of another type', 'version=4', { 'content-type': 'application/xml' }, 415, /Unsupported/],
    ['without a token', batch(), { authorization: '' }, 401, /Authorization: Bearer/],
    ['with a wrong token', batch(), { authorization: 'Bearer guessed' }, 401, /Authorization: Bearer/],
  ])('are refused in a body %s, with the reason', async (_sentence, body, headers, status, says) => {
    const answer = await deliver(body, headers);
    expect(answer.status).toBe(status);
    expect(String((answer.answer as { message: unknown }).message)).toMatch(says);
  });

  it('are one however many tell of them at the same time', async () => {
    const told = Array.from({ length: 30 }, () => deliver(batch(alert({ alertname: 'AtOnce' }))));
    expect(new Set((await Promise.all(told)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(await transitions('AtOnce')).toEqual(['received']);
    await eventually(() => tellings('AtOnce').length === 1);
  });

  it('are refused in a body of 6 MB before it was sent', async () => {
    const { hostname, port } = new URL(retune.url);
    const sending = request({
      hostname,
      port,
      path: '/webhooks/alertmanager',
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${TOKEN}`,
        'content-length': 6_000_000,
      },
    });
    sending.flushHeaders();
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(413);
    expect(await text(answer)).toMatch(/too large/);
    sending.destroy();
  });

  it('are refused one by one: a bad alert keeps no good one of its batch out', async () => {
    const bad: readonly (readonly [unknown, RegExp])[] = [
      [alert({}), /^alerts\[1\]: .*expected at least one label/],
      [{ status: 'firing', startsAt: ago(0) }, /^alerts\[2\]: .*labels/],
      [alert({ alertname: 7 }), /^alerts\[3\]: .*expected string, received number/],
      [alert({ alertname: 'x' }, { startsAt: 'yesterday' }), /^alerts\[4\]: .*expected an RFC 3339 time/],
      [alert({ alertname: 'x' }, { status: 'broken' }), /^alerts\[5\]: .*expected firing or resolved/],
      [alert({ alertname: 'a\0b' }), /^alerts\[6\]: .*NUL/],
      [alert({ alertname: 'a\ud800b' }), /^alerts\[7\]: .*surrogate/],
      [null, /^alerts\[8\]: .*expected object/],
    ];
    const { status, answer } = await deliver(
      batch(
        alert({ alertname: 'GoodBefore' }),
        ...bad.map(([each]) => each),
        alert({ alertname: 'GoodAfter' }),
      ),
    );
    expect(status).toBe(200);
    expect(answer).toMatchObject({ stored: 2, unchanged: 0 });
    const { invalid } = answer as { invalid: readonly string[] };
    expect(invalid).toHaveLength(bad.length);
    invalid.forEach((reason, index) => expect(reason).toMatch(bad[index]?.[1] as RegExp));
    for (const name of ['GoodBefore', 'GoodAfter']) expect(await alertsNamed(name, 'firing')).toHaveLength(1);
    const journal = await retune.get<{ entries: readonly { summary: string }[] }>('/api/journal?limit=50');
    expect(
      journal.entries.filter(({ summary }) => summary.startsWith('a received alert was refused')),
    ).toHaveLength(bad.length);
  }, 30_000);

  it('are stored all, ten thousand in one body', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      alertname: 'Many',
      instance: `model-server-${index}.eu-central.example:8080`,
      model_version: String(index % 7),
      severity: 'warning',
    }));
    const startsAt = '2026-03-10T14:00:00Z'; // after those of the other tests, so that these are listed
    const firing = batch(...many.map((labels) => alert(labels, { startsAt })));
    expect(firing.length).toBeLessThan(5 * 1024 * 1024);
    expect(await deliver(firing)).toEqual({
      status: 200,
      answer: { stored: 10_000, unchanged: 0, invalid: [] },
    });
    expect(await alertsNamed('Many', 'firing')).toHaveLength(10_000);
  }, 30_000);

  it('are never turned away while the database is gone, only put off, and none is lost', async () => {
    await postgres.stop(); // while the ten thousand from above are still being routed
    const during = batch(alert({ alertname: 'DuringDirect' }));
    const answers = await Promise.all(Array.from({ length: 30 }, () => deliver(during)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(JSON.stringify(answers[0]?.answer)).toContain('send them again');
    await raise(first, { alertname: 'DuringOutage' }, { startsAt: ago(1000), endsAt: ahead(600_000) });
    await eventually(async () => (await fetch(`${retune.url}/readyz`)).status === 503);
    expect((await fetch(`${retune.url}/healthz`)).status).toBe(200);
    await eventually(() => retune.output.includes('alerts could not be stored; the sender will try again'));
    await postgres.start();
    await eventually(async () => (await alertsNamed('DuringOutage', 'firing')).length === 1, 30_000);
    await eventually(() => tellings('DuringOutage').length === 1);
    expect((await deliver(during)).status).toBe(200);
    await eventually(async () => (await fetch(`${retune.url}/readyz`)).status === 200);
    expect(await transitions('DuringOutage')).toEqual(['received']);
  }, 60_000);
});
