import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithPromtool } from '../promql/promtool.js';
import { runTests } from './run-tests.js';

const RULES = `groups:
  - name: a
    rules:
      - { alert: Down, expr: up == 0, labels: { severity: page } }
      - { alert: Odd, expr: 'double_exponential_smoothing(up[5m], 0.5, 0.5) < 1' }
`;
const series = `input_series: [{ series: 'up{job="api"}', values: '1 0' }]`;
const fileOf = (test: string): string => `rule_files: [r.yml]\ntests:\n  - ${series}\n    ${test}\n`;
const run = (test: string, ...args: string[]) =>
  runTests({ 'r.yml': RULES, 't.yml': fileOf(test) }, ['--promtool=off', ...args, 't.yml']);

describe('retune test', () => {
  it('shows what was expected and what was found, with the place', async () => {
    const { code, out, err } = await run(
      'alert_rule_test: [{ eval_time: 1m, alertname: Down, exp_alerts: [{ exp_labels: { job: web } }] }]',
    );
    expect([code, out, err]).toEqual([
      1,
      [
        'FAIL  t.yml  test 1 (1 check)',
        '    t.yml:4:23 failed: alert Down at 1m',
        '        - {alertname="Down", job="web"}',
        '        + {alertname="Down", job="api", severity="page"}',
      ].join('\n'),
      '1 test, 1 check: 1 did not pass',
    ]);
  });

  it.each([
    [
      'a key that does not exist',
      'alert_rule_tests: []',
      't.yml:4:5 tests[0].alert_rule_tests: unknown key, did you mean "alert_rule_test"?',
    ],
    [
      'a wrong duration',
      'alert_rule_test: [{ eval_time: soon, alertname: Down }]',
      't.yml:4:36 tests[0].alert_rule_test[0].eval_time: expected a duration such as 5m, got "soon"',
    ],
    [
      'a run test that wants nothing',
      'run_test: [{ eval_time: 1m, policy: x }]',
      't.yml:4:16 tests[0].run_test[0]: expected exp_runs, exp_decision or exp_reason',
    ],
    [
      'a sample that is a histogram',
      'promql_expr_test: [{ expr: up, eval_time: 1m, exp_samples: [{ labels: up, histogram: "{{}}" }] }]',
      't.yml:4:90 tests[0].promql_expr_test[0].exp_samples[0].histogram: native histograms are not evaluated here: leave the sample out',
    ],
    [
      'a series that is an expression',
      'promql_expr_test: [{ expr: up, eval_time: 1m, exp_samples: [{ labels: "up + up" }] }]',
      't.yml:4:76 tests[0].promql_expr_test[0].exp_samples[0].labels: expected one series such as up{job="api"}, got another expression',
    ],
  ])('refuses %s', async (_why, test, message) => {
    const { code, err } = await run(test);
    expect([code, err.split('\n')[0]]).toEqual([1, message]);
  });

  it('says where a notation goes wrong', async () => {
    const text = fileOf('alert_rule_test: []').replace("'1 0'", "'1 0 1+2'");
    const { code, err } = await runTests({ 'r.yml': RULES, 't.yml': text }, ['t.yml']);
    expect([code, err.split('\n')[0]]).toEqual([
      1,
      't.yml:3:60 tests[0].input_series[0].values: "1+2" lacks the number of steps: write 1+2x5',
    ]);
  });

  it.each([
    [
      'alert_rule_test: [{ eval_time: 1m, alertname: Dwn }]',
      'error: alert Dwn at 1m\n        no rule is named "Dwn", did you mean "Down"?',
    ],
    [
      'run_test: [{ eval_time: 1m, policy: p, exp_runs: [] }]',
      'error: runs of p at 1m\n        no policy is named "p"',
    ],
    [
      'alert_rule_test: [{ eval_time: 1m, alertname: Odd }]',
      'error: alert Odd at 1m\n        not evaluated here, and no promtool is here to judge it: Odd: 1:1 double_exponential_smoothing',
    ],
    [
      'promql_expr_test: [{ expr: "ALERTS", eval_time: 1m }]',
      'error: ALERTS at 1m\n        not evaluated here, and no promtool is here to judge it: 1:1 ALERTS holds what Prometheus itself evaluates',
    ],
  ])('never passes in silence: %s', async (test, told) => {
    const { code, out } = await run(test);
    expect([code, out]).toEqual([1, expect.stringContaining(told)]);
  });

  it('wants the files it names', async () => {
    const { code, err } = await runTests({ 't.yml': 'rule_files: [nothing/*.yml]' }, ['t.yml']);
    expect([code, err.split('\n')[0]]).toEqual([
      1,
      't.yml:1:14 rule_files[0]: no file is like nothing/*.yml',
    ]);
  });

  it('ends with 2 without a file, and for a promtool that does not run', async () => {
    expect((await runTests({}, [])).code).toBe(2);
    expect((await runTests({}, ['--promtool=/nowhere', 'kinds.test.yml'])).code).toBe(2);
    expect((await runTests({}, ['--prometheus=4', 'kinds.test.yml'])).code).toBe(2);
  });

  it('says when it cannot write the results', async () => {
    const { code, err } = await run('alert_rule_test: []', '--junit=nowhere/j.xml');
    expect([code, err]).toEqual([1, expect.stringContaining('--junit: cannot write nowhere/j.xml: ENOENT')]);
  });

  it('takes a failing rule for a failure, unless it is just that which is tested', async () => {
    const rules = 'groups: [{ name: a, rules: [{ alert: Bad, expr: up * on () up > 0 }] }]';
    const both = `input_series: [{ series: 'up{job="a"}', values: 1x5 }, { series: 'up{job="b"}', values: 1x5 }]`;
    const test = (name: string, alerts: string): Promise<{ readonly code: number; readonly out: string }> =>
      runTests(
        {
          'r.yml': rules,
          't.yml': `rule_files: [r.yml]\ntests:\n  - ${both}\n    alert_rule_test: [{ eval_time: 3m, alertname: ${name}, exp_alerts: ${alerts} }]\n`,
        },
        ['--promtool=off', 't.yml'],
      );
    const failing = await test('Bad', '[]');
    expect([failing.code, failing.out]).toEqual([
      1,
      expect.stringContaining('failed: rule Bad\n        fails at 0s: '),
    ]);
    const told = await test('RetuneRuleFailing', '[]');
    expect([told.code, told.out]).toEqual([1, expect.stringContaining('+ {alertname="RetuneRuleFailing"')]);
    expect(told.out).not.toContain('rule Bad\n');
  });

  it('tells programs too: as JSON, and as JUnit reads it', async () => {
    const { code, out, cwd } = await run(
      'alert_rule_test: [{ eval_time: 0m, alertname: Down }, { eval_time: 1m, alertname: Down }]',
      '--json',
      '--junit=j.xml',
    );
    expect([code, JSON.parse(out)]).toMatchObject([
      1,
      {
        ok: false,
        problems: [],
        tests: [
          { test: 'test 1', checks: [{ status: 'passed' }, { status: 'failed', position: { line: 4 } }] },
        ],
      },
    ]);
    const xml = readFileSync(join(cwd, 'j.xml'), 'utf8');
    expect(xml).toContain('<testsuite name="t.yml: test 1" tests="2" failures="1" errors="0">');
    expect(xml).toContain('<failure message="+ {alertname=&quot;Down&quot;,');
  });
});

describeWithPromtool('retune test with promtool', () => {
  const plain = RULES.replace(/.*Odd.*\n/, '');
  const judged = (test: string) => runTests({ 'r.yml': plain, 't.yml': fileOf(test) }, ['t.yml']);

  it('has it judge plain rules as well', async () => {
    const { code, out } = await judged('alert_rule_test: [{ eval_time: 1m, alertname: Down }]');
    expect(code).toBe(1);
    expect(out).toMatch(/failed: promtool \d+\.\d+\.\d+ on 1 of them\n[^]*alertname: Down, time: 1m/);
  });

  it('takes its word on what only it evaluates, and only then', async () => {
    const right = await judged(
      'promql_expr_test: [{ expr: "count(ALERTS)", eval_time: 1m, exp_samples: [{ value: 1 }] }]',
    );
    expect([right.code, right.out]).toEqual([0, expect.stringContaining('judged by promtool alone')]);
    const wrong = await judged(
      'promql_expr_test: [{ expr: "count(ALERTS)", eval_time: 1m, exp_samples: [{ value: 2 }] }]',
    );
    expect([wrong.code, wrong.out]).toEqual([1, expect.stringContaining('and promtool does not pass')]);
  });

  it('is not asked about kinds', async () => {
    const { code, out } = await runTests({}, ['kinds.test.yml']);
    expect([code, out]).toEqual([0, expect.not.stringContaining('promtool')]);
  });
});
