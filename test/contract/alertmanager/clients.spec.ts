import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { compareBytewise } from '../../../src/alerts/compare-bytewise.js';
import { DatabaseClient } from '../../../src/platform/database.client.js';
import { createLogger, Logs } from '../../../src/platform/log.js';
import { describeWith, requireBinary } from '../../support/binaries.js';
import { onCleanup } from '../../support/cleanup.js';
import { eventually } from '../../support/eventually.js';
import { MetricSource } from '../../support/metric-source.js';
import { startPrometheus } from '../../support/prometheus.js';
import { startTestService, type TestService } from '../../support/service.js';
import { tempDir } from '../../support/temp-dir.js';

// Other programs answer, on machines that may be busy.
jest.setTimeout(60_000);

const run = promisify(execFile);
const CONFIG = `
route:
  receiver: everybody
  group_by: [alertname]
  routes:
    - { receiver: ml, matchers: ['team="ml"'], continue: true }
    - { receiver: on-call, matchers: ['severity=~"page|critical"'] }
receivers: [{ name: everybody }, { name: ml }, { name: on-call }]
`;

interface Shown {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly endsAt: string;
  readonly generatorURL?: string;
  readonly status: { readonly state: string; readonly silencedBy: readonly string[] };
}
interface ShownSilence {
  readonly id: string;
  readonly comment: string;
  readonly createdBy: string;
  readonly status: { readonly state: string };
  readonly startsAt: string;
  readonly endsAt: string;
}

describeWith(['alertmanager'], 'amtool', () => {
  let [service, database]: [TestService, DatabaseClient] = [] as never;

  /** Its standard output; throws when it ends with an error. They come together with Alertmanager. */
  const amtool = async (...args: readonly string[]): Promise<string> => {
    const program = join(dirname(requireBinary('alertmanager')), 'amtool');
    const { stdout } = await run(program, [`--alertmanager.url=${service.url}`, ...args], {
      timeout: 20_000,
    });
    return stdout.trim();
  };
  const alerts = async (...args: readonly string[]): Promise<readonly Shown[]> =>
    JSON.parse(await amtool('alert', 'query', '-o', 'json', ...args)) as Shown[];
  const names = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await alerts(...args)).map(({ labels }) => labels['alertname'] ?? '').toSorted(compareBytewise);
  const silences = async (...args: readonly string[]): Promise<readonly ShownSilence[]> =>
    JSON.parse(await amtool('silence', 'query', '-o', 'json', ...args)) as ShownSilence[];

  beforeAll(async () => {
    service = await startTestService(CONFIG);
    const log = new Logs(createLogger('json', 'error')).for('test');
    database = new DatabaseClient(service.postgres.address, log);
    onCleanup(() => database.close());
  }, 60_000);
  beforeEach(async () => {
    await sql`truncate alerts, transitions, silences`.execute(database.db);
  });

  it('adds alerts and finds them', async () => {
    await amtool(
      'alert',
      'add',
      'alertname=High',
      'team=ml',
      '--annotation=summary=too high',
      '--generator-url=http://p',
    );
    await amtool('alert', 'add', 'alertname=Low', 'severity=page');
    expect(await alerts('alertname=High')).toMatchObject([
      {
        labels: { alertname: 'High', team: 'ml' },
        annotations: { summary: 'too high' },
        generatorURL: 'http://p',
        status: { state: 'active' },
      },
    ]);
    expect(await names()).toEqual(['High', 'Low']);
    expect(await names('severity=~"pa.*"')).toEqual(['Low']);
    expect(await names('--receiver=ml')).toEqual(['High']);
  });

  it('adds an alert that ends', async () => {
    const end = new Date(Date.now() + 1500).toISOString();
    await amtool('alert', 'add', 'alertname=Short', `--end=${end}`);
    const row = () =>
      sql<{ state: string }>`select state from alerts where labels ->> 'alertname' = 'Short'`.execute(
        database.db,
      );
    await eventually(async () => (await row()).rows[0]?.state === 'resolved');
    expect(await names()).toEqual([]);
  });

  it('makes, finds, changes and ends silences', async () => {
    await amtool('alert', 'add', 'alertname=High', 'team=ml');
    const id = await amtool('silence', 'add', 'team=ml', 'x!=y', '-a', 'ada', '-c', 'moving', '-d', '1h');
    expect(await silences()).toMatchObject([
      { id, createdBy: 'ada', comment: 'moving', status: { state: 'active' } },
    ]);
    expect([await names(), await names('--silenced')]).toEqual([[], ['High']]);
    expect((await silences('team=ml')).length).toBe(1);
    expect((await silences('team=other')).length).toBe(0);

    const changed = await amtool('silence', 'update', id, '-d', '2h', '-c', 'still moving', '-o', 'simple');
    expect(changed).toContain('still moving');
    const [active] = await silences();
    expect(active).toMatchObject({ comment: 'still moving', status: { state: 'active' } });
    expect(Date.parse(active?.endsAt ?? '') - Date.now()).toBeGreaterThan(6_000_000);

    await amtool('silence', 'expire', active?.id ?? '');
    expect([await silences(), await names()]).toEqual([[], ['High']]);
    expect((await silences('--expired')).map(({ status }) => status.state)).toContain('expired');
  });

  it('takes silences along from one place to another', async () => {
    await amtool('silence', 'add', 'team=ml', '-a', 'ada', '-c', 'one', '-d', '1h');
    await amtool('silence', 'add', 'alertname=~"H.*"', '-a', 'bob', '-c', 'two', '-d', '2h');
    const file = join(tempDir(), 'silences.json');
    writeFileSync(file, await amtool('silence', 'query', '-o', 'json'));
    await sql`truncate silences`.execute(database.db);
    await amtool('silence', 'import', '--force', file);
    expect((await silences()).map(({ comment }) => comment).toSorted()).toEqual(['one', 'two']);
  });

  it('says that a silence is not there', async () => {
    await expect(amtool('silence', 'expire', '00000000-0000-4000-8000-000000000000')).rejects.toThrow();
    await expect(amtool('silence', 'add', 'b=c', 'a=~(', '-a', 'x', '-c', 'y')).rejects.toThrow();
  });

  it('shows the configuration in force, and finds routes in it', async () => {
    expect(await amtool('config', 'show')).toContain('receiver: on-call');
    const routes = (...labels: readonly string[]): Promise<string> =>
      amtool('config', 'routes', 'test', ...labels);
    expect(await routes('team=ml', 'severity=page')).toBe('ml,on-call');
    expect(await routes('team=web')).toBe('everybody');
    expect(await amtool('config', 'routes', 'test', '--verify.receivers=ml', 'team=ml')).toContain('ml');
  });

  it('sees the cluster, which there is none of', async () => {
    expect(await amtool('cluster', 'show')).toMatch(/disabled/);
  });
});

describeWith(['prometheus'], 'a Prometheus', () => {
  it('sends its alerts: they fire, and end', async () => {
    const [service, source] = await Promise.all([startTestService(CONFIG), MetricSource.start()]);
    const rules = join(tempDir(), 'rules.yml');
    writeFileSync(
      rules,
      `groups: [{ name: g, rules: [{ alert: TooHigh, expr: 'level > 5', labels: { team: ml }, annotations: { summary: 'level {{ $value }}' } }] }]`,
    );
    source.set('level', {}, 9);
    await startPrometheus({
      scrapeTargets: [source.target],
      ruleFiles: [rules],
      alertmanagers: [new URL(service.url).host],
      externalLabels: { cluster: 'eu' },
    });
    const shown = async (): Promise<readonly Shown[]> =>
      (await (await fetch(`${service.url}/api/v2/alerts`)).json()) as readonly Shown[];
    const [alert] = await eventually<readonly Shown[] | false>(async () => {
      const list = await shown();
      return list.length > 0 && list;
    }, 20_000).then((list) => list || []);
    expect(alert).toMatchObject({
      labels: { alertname: 'TooHigh', team: 'ml', cluster: 'eu', job: 'test' },
      annotations: { summary: 'level 9' },
      generatorURL: expect.stringContaining('level+%3E+5'),
    });
    // At least four minutes ahead: whoever stops sending it would not leave it for ever.
    expect(Date.parse(alert?.endsAt ?? '') - Date.now()).toBeGreaterThan(60_000);
    source.set('level', {}, 1);
    await eventually(async () => (await shown()).length === 0, 20_000);
  }, 60_000);
});

describe('who posts and then reads', () => {
  it('sees what inhibits what, every time, also names that belong to every object', async () => {
    const { url } = await startTestService(`
route: { receiver: r }
receivers: [{ name: r }]
inhibit_rules: [{ source_matchers: [severity="page"], target_matchers: [severity="warning"], equal: [zone, __proto__] }]
`);
    const rounds = 50;
    const missed: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const body = ['page', 'warning'].map(
        (severity) =>
          `{"labels":{"alertname":"A","severity":"${severity}","zone":"${round}","__proto__":"x"}}`,
      );
      const posted = await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `[${body.toReversed().join(',')}]`,
      });
      expect(posted.status).toBe(200);
      const filter = encodeURIComponent(`zone="${round}"`);
      const answer = await (await fetch(`${url}/api/v2/alerts?filter=${filter}&active=false`)).text();
      if (!/"state":"suppressed"/.test(answer) || !answer.includes('"__proto__":"x"')) missed.push(round);
    }
    expect(missed).toEqual([]);
  }, 60_000);
});

describeWith(['alertmanager'], 'amtool, where silences may last half an hour', () => {
  it('is refused a longer one, and told why', async () => {
    const service = await startTestService(`${CONFIG}\nsilences: { max_duration: 30m }\n`);
    const program = join(dirname(requireBinary('alertmanager')), 'amtool');
    const add = (duration: string) =>
      run(program, [
        `--alertmanager.url=${service.url}`,
        'silence',
        'add',
        'team=ml',
        '--comment=c',
        '--author=ada',
        `--duration=${duration}`,
      ]);
    await expect(add('31m')).rejects.toMatchObject({
      stderr: expect.stringContaining('silences.max_duration is 30m: expected an end at'),
    });
    await expect(add('30m')).resolves.toMatchObject({ stdout: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
    const now = Date.now();
    const answer = await fetch(`${service.url}/api/v2/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        matchers: [{ name: 'team', value: 'ml', isRegex: false }],
        startsAt: new Date(now + 60_000).toISOString(),
        endsAt: new Date(now + 60_000 + 31 * 60_000).toISOString(),
        createdBy: 'ada',
        comment: 'c',
      }),
    });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.stringMatching(/^invalid silence: it lasts 31m, and silences.max_duration is 30m/),
    ]);
  });
});
