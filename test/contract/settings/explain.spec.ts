import { describe, expect, it } from '@jest/globals';
import { runCommandLine } from '../../../src/cli.js';
import type { AlertExplanation } from '../../../src/settings/explain-alert.js';
import { CaptureServer } from '../../support/capture-server.js';
import { freePort } from '../../support/free-port.js';

async function explain(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommandLine(['explain', ...args], {
    env,
    cwd: process.cwd(),
    print: (line) => void out.push(line),
    complain: (line) => void err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const NIGHT = '--at=2026-03-10T02:00:00Z';
const DAY = '--at=2026-03-10T10:00:00Z';

describe('retune explain', () => {
  it('tells the way of an alert from its rule to its policy', async () => {
    const { code, out } = await explain(['alertname=IrisAccuracyLow', DAY]);
    expect(code).toBe(0);
    for (const line of [
      '{alertname="IrisAccuracyLow", model_name="iris-classifier", severity="critical", team="flowers"}',
      '  IrisAccuracyLow in iris.yml, group iris-quality, every 1m, for 0s',
      '    {severity="critical"} → ml-team  taken: group {}/{severity="critical"}:{alertname="IrisAccuracyLow", model_name="iris-classifier"} waits 30s, then every 5m, repeats after 1h',
      '  ml-team: slack',
      '  iris-retrain (mode approve): is its trigger; asks a person to approve a run (policy mode)',
    ])
      expect(out.split('\n')).toContain(line);
  });

  it('knows the time, the inhibit rules, and what an alert lacks', async () => {
    const drift = async (time: string): Promise<string> =>
      (await explain(['alertname=IrisInputDrift', time])).out;
    expect(await drift(NIGHT)).toContain('  ml-mail: email; quiet, outside of working-hours\n');
    const out = await drift(DAY);
    expect(out).toContain('  ml-mail: email\n');
    expect(out).toContain(
      '  quiet while an alert {alertname="IrisErrorBudgetBurn",severity="critical"} with the same {model_name="iris-classifier"} fires',
    );
    expect(out).toContain(
      'iris-retrain (mode approve): is part of its trigger, and not enough by itself; starts nothing (not triggered)',
    );
  });

  it('says why no rule gives the alert', async () => {
    const wrong = (await explain(['alertname=IrisInputDrift', 'severity=critical'])).out;
    expect(wrong).toContain('  no rule gives such an alert\n');
    expect(wrong).toContain('iris.yml, group iris-quality: wants severity="warning", asked for "critical"');
    const typo = (await explain(['alertname=IrisInputDrif'])).out;
    expect(typo).toContain('no rule gives such an alert; did you mean "IrisInputDrift"?');
  });

  it('says the same as JSON', async () => {
    const { out } = await explain([
      '{alertname="IrisErrorBudgetBurn", severity="critical"}',
      '--json',
      NIGHT,
    ]);
    const { alerts, at } = JSON.parse(out) as AlertExplanation;
    expect(at).toBe('2026-03-10T02:00:00.000Z');
    expect(alerts).toMatchObject([
      {
        rule: { file: 'iris.yml', kind: 'error_rate' },
        routes: [
          { receiver: 'on-call', channels: ['pagerduty'] },
          { receiver: 'ml-team', channels: ['slack'], repeatInterval: '1h' },
        ],
        inhibition: [expect.stringMatching(/^while it fires, alerts \{severity="warning"\}/)],
        policies: [{ policy: 'iris-retrain', role: 'blocks', decision: 'hold' }],
      },
    ]);
  });

  it.each<[string, readonly string[], string]>([
    ['without labels', [], 'expected labels such as'],
    ['a matcher', ['alertname=~"Iris.*"'], 'expected labels such as'],
    ['a time that is none', ['a=b', '--at=soon'], 'expected a time such as 2026-03-10T08:00:00Z, got soon'],
  ])('refuses %s', async (_what, args, message) => {
    const { code, out, err } = await explain(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it('tells what is wrong with the rules instead', async () => {
    const { code, err } = await explain(['a=b', '--rules=nowhere']);
    expect(code).toBe(1);
    expect(err).toContain('nowhere');
  });

  it('asks a running service with the token of the environment', async () => {
    const service = await CaptureServer.start();
    const labels = { alertname: 'IrisAccuracyLow', model_version: '3' };
    const alert = {
      episode: 'e1',
      labels,
      state: 'firing',
      activeAt: '2026-03-10T09:00:00.000Z',
      value: 0.81,
    };
    const group = {
      route: '{}',
      receiver: 'ml-team',
      groupLabels: {},
      firing: 1,
      nextFlushAt: '2026-03-10T09:05:00.000Z',
      suppressed: { reason: 'muted_by', by: ['night'] },
      channels: [],
    };
    service.otherwise(({ headers, path }) => {
      if (headers['authorization'] !== 'Bearer sesame') return { status: 401 };
      if (path.includes('/gone/')) return { status: 404, body: { message: 'no alert' } };
      if (path.includes('/e1/')) return { status: 200, body: { groups: [group] } };
      const alerts = [
        alert,
        { ...alert, episode: 'gone', value: 0.5 },
        { ...alert, labels: { alertname: 'Other' } },
      ];
      return { status: 200, body: { alerts } };
    });
    const asked = ['alertname=IrisAccuracyLow', `--url=${service.url}/`];
    const { out } = await explain(asked, { RETUNE_API_TOKEN: 'sesame' });
    expect(out.split('\n').slice(-6)).toEqual([
      'Open in the running service',
      '  firing since 2026-03-10T09:00:00.000Z, value 0.81: {alertname="IrisAccuracyLow", model_version="3"}',
      '    ml-team, by route {}: group {}, next look 2026-03-10T09:05:00.000Z',
      '      quiet: muted by the time interval night',
      '      the receiver has no target: nobody is told',
      '  firing since 2026-03-10T09:00:00.000Z, value 0.5: {alertname="IrisAccuracyLow", model_version="3"}',
    ]);
    expect(await explain(asked)).toEqual({
      code: 1,
      out: '',
      err: `${service.url} wants a token: set RETUNE_API_TOKEN`,
    });
    const nobody = `http://127.0.0.1:${await freePort()}`;
    expect((await explain(['a=b', `--url=${nobody}`])).err).toMatch(/does not answer: .*ECONNREFUSED/);
  }, 30_000);
});
