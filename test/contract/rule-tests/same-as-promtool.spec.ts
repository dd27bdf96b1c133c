import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommandLine } from '../../../src/cli.js';
import { tempDir } from '../../support/temp-dir.js';
import { type Promtool, promtools } from '../promql/evaluate-promtool.js';
import { SERIES_CASES } from './plain-corpus-series.js';
import { PLAIN_CASES, type PlainAlertTest, type PlainCase } from './plain-corpus.js';

interface Verdicts {
  readonly ours: boolean;
  readonly theirs: boolean;
  readonly told: string;
}

/** What both say of a case whose alert tests are these. */
async function judge(
  { program, version }: Promtool,
  plain: PlainCase,
  test: PlainCase['test'],
): Promise<Verdicts> {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'rules.yml'), JSON.stringify(plain.rules));
  const { evaluationInterval = '1m', interval = '1m', order } = plain;
  const file = {
    rule_files: ['rules.yml'],
    evaluation_interval: evaluationInterval,
    ...(order ? { group_eval_order: order } : {}),
    tests: [{ interval, ...test }],
  };
  writeFileSync(join(cwd, 'test.yml'), JSON.stringify(file));
  const { status, stdout, stderr } = spawnSync(program, ['test', 'rules', join(cwd, 'test.yml')], {
    encoding: 'utf8',
  });
  const lines: string[] = [];
  const add = (line: string): void => void lines.push(line);
  const code = await runCommandLine(['test', '--promtool=off', `--prometheus=${version}`, 'test.yml'], {
    env: {},
    cwd,
    print: add,
    complain: add,
  });
  return { ours: code === 0, theirs: status === 0, told: [...lines, stdout, stderr].join('\n') };
}

/** Expectations that are wrong in one place each, and each at other times, where they are right or wrong as it comes. */
function variations(tests: readonly PlainAlertTest[]): readonly PlainAlertTest[] {
  return tests.flatMap((test) => {
    const { exp_alerts: alerts = [] } = test;
    const [first] = alerts;
    const times = ['0m', '2m', '3m30s', '6m'];
    return [
      ...times.map((eval_time) => ({ ...test, eval_time })),
      { ...test, exp_alerts: alerts.slice(1) },
      { ...test, exp_alerts: [...alerts, { exp_labels: { made: 'up' } }] },
      ...(first
        ? [
            { ...test, exp_alerts: [...alerts, first] },
            { ...test, exp_alerts: [{ ...first, exp_labels: { ...first.exp_labels, more: 'x' } }] },
            { ...test, exp_alerts: [{ ...first, exp_annotations: { more: 'x' } }] },
          ]
        : []),
    ];
  });
}

describe.each(promtools)('retune test and $program of Prometheus $version', (promtool) => {
  it.each([...PLAIN_CASES, ...SERIES_CASES].map((plain) => [plain.name, plain] as const))(
    'agree on %s',
    async (name, plain) => {
      const right = await judge(promtool, plain, plain.test);
      expect([name, right.ours, right.told]).toEqual([name, right.theirs, right.told]);
      expect(right.theirs).toBe(name !== 'a rule that fails for two matches');
      const found = { passes: 0, fails: 0 };
      for (const test of variations(plain.test.alert_rule_test ?? [])) {
        const both = await judge(promtool, plain, { ...plain.test, alert_rule_test: [test] });
        expect([test, both.ours, both.told]).toEqual([test, both.theirs, both.told]);
        found[both.theirs ? 'passes' : 'fails'] += 1;
      }
      expect(found.fails).toBeGreaterThan(2);
    },
    60_000,
  );
});
