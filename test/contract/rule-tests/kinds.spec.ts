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

/** How each check of a test ended, in order. */
async function statusesOf(test: WrittenTest): Promise<readonly string[]> {
  const file = { ...FILE, tests: [test] };
  const { out } = await runTests({ 'one.test.yml': JSON.stringify(file) }, [
    '--promtool=off',
    '--json',
    'one.test.yml',
  ]);
  const { tests } = JSON.parse(out) as {
    readonly tests: readonly { readonly checks: readonly { readonly status: string }[] }[];
  };
  return tests.flatMap(({ checks }) => checks.map(({ status }) => status));
}

type RunTest = NonNullable<WrittenTest['run_test']>[number];

/** The same expectations, each wrong in one place. */
function wrongAlerts(written: AlertTest): readonly AlertTest[] {
  const {
    exp_alerts: [first],
    exp_health: health,
  } = written;
  if (!first) return [{ ...written, exp_alerts: [{ exp_labels: {} }] }];
  const { exp_labels: labels, exp_value: value } = first;
  const changed = (change: Partial<Alert>): AlertTest => ({
    ...written,
    exp_alerts: [{ ...first, ...change }],
  });
  return [
    { ...written, exp_alerts: [] },
    changed({ exp_labels: { ...labels, x: 'y' } }),
    ...(value === undefined ? [] : [changed({ exp_value: value * 1.01 })]),
    ...(health === undefined ? [] : [{ ...written, exp_health: 'stale' }]),
  ];
}

function wrongRuns(written: RunTest): readonly RunTest[] {
  const none = (written['exp_runs'] as readonly object[]).length === 0;
  return [
    { ...written, exp_runs: none ? [{ decided_at: '5m', state: 'running' }] : [] },
    { ...written, exp_decision: 'suggest' },
    { ...written, exp_reason: 'budget' },
  ];
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
      const wrong = {
        ...test,
        alert_rule_test: test.alert_rule_test.flatMap(wrongAlerts),
        run_test: (test.run_test ?? []).flatMap(wrongRuns),
      };
      const count = wrong.alert_rule_test.length + wrong.run_test.length;
      expect(count).toBeGreaterThan(0);
      expect(await statusesOf(wrong)).toEqual(Array.from({ length: count }, () => 'failed'));
    },
    60_000,
  );
});
