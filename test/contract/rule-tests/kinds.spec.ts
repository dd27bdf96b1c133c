import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ruleKinds } from '../../../src/rules/kinds/index.js';
import { runTests } from './run-tests.js';

interface Alert {
  readonly exp_labels: Readonly<Record<string, string>>;
  readonly exp_value?: number;
}
interface AlertTest {
  readonly eval_time: string;
  readonly alertname: string;
  readonly exp_alerts: readonly Alert[];
  readonly exp_health?: string;
}
interface WrittenTest {
  readonly name: string;
  readonly alert_rule_test: readonly AlertTest[];
  readonly run_test?: readonly Readonly<Record<string, unknown>>[];
}
const FILE = parse(readFileSync('test/fixtures/rule-tests/kinds.test.yml', 'utf8')) as {
  readonly tests: readonly WrittenTest[];
};

async function outcomeOf(test: WrittenTest): Promise<number> {
  const file = { ...FILE, tests: [test] };
  return (await runTests({ 'one.test.yml': JSON.stringify(file) }, ['--promtool=off', 'one.test.yml'])).code;
}

type Wrong = readonly [why: string, test: WrittenTest];

/** The same test with one expectation that is wrong. */
function wrongs(test: WrittenTest): readonly Wrong[] {
  const rest = { ...test, run_test: [], alert_rule_test: [] };
  const alone = (alert: AlertTest): WrittenTest => ({ ...rest, alert_rule_test: [alert] });
  const anotherValue = (written: AlertTest, first: Alert, value: number): Wrong => [
    'another value',
    alone({ ...written, exp_alerts: [{ ...first, exp_value: value }] }),
  ];
  const anotherHealth = (written: AlertTest): Wrong => [
    'another health',
    alone({ ...written, exp_health: 'stale' }),
  ];
  const alerts = test.alert_rule_test.flatMap((written): readonly Wrong[] => {
    const [first] = written.exp_alerts;
    if (!first)
      return [[`an alert at ${written.eval_time}`, alone({ ...written, exp_alerts: [{ exp_labels: {} }] })]];
    const { exp_value: value } = first;
    return [
      ['no alert', alone({ ...written, exp_alerts: [] })],
      [
        'another label',
        alone({ ...written, exp_alerts: [{ ...first, exp_labels: { ...first.exp_labels, x: 'y' } }] }),
      ],
      ...(value === undefined ? [] : [anotherValue(written, first, value * 1.01)]),
      ...(written.exp_health ? [anotherHealth(written)] : []),
    ];
  });
  const runs = (test.run_test ?? []).flatMap((written): readonly Wrong[] => {
    const runAlone = (change: object): WrittenTest => ({ ...rest, run_test: [{ ...written, ...change }] });
    const none = (written['exp_runs'] as readonly object[]).length === 0;
    return [
      ['other runs', runAlone({ exp_runs: none ? [{ decided_at: '5m', state: 'running' }] : [] })],
      ['another decision', runAlone({ exp_decision: 'suggest' })],
      ['another reason', runAlone({ exp_reason: 'budget' })],
    ];
  });
  return [...alerts, ...runs];
}

describe('retune test on rules of the model kinds', () => {
  it('has a test of each kind, and all of them pass', async () => {
    const names = FILE.tests.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(ruleKinds.map(({ kind }) => kind)));
    const { code, out } = await runTests({}, ['--promtool=off', 'kinds.test.yml']);
    expect([code, out]).toEqual([0, expect.stringMatching(/checks: ok$/)]);
  }, 30_000);

  it.each(FILE.tests.map((test) => [test.name, test] as const))(
    'fails wrong expectations of %s',
    async (_name, test) => {
      const cases = wrongs(test);
      expect(cases.length).toBeGreaterThan(0);
      for (const [why, wrong] of cases) expect([why, await outcomeOf(wrong)]).toEqual([why, 1]);
    },
    60_000,
  );
});
