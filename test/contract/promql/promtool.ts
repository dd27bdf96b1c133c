import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { tempDir } from '../../support/temp-dir.js';

const installed = spawnSync('promtool', ['--version']).status === 0;

/** `describe`, skipped under a name that says why where promtool is missing. */
export function describeWithPromtool(name: string, body: () => void): void {
  if (installed) describe(name, body);
  else describe.skip(`${name} (needs promtool)`, body);
}

/** What `promtool check rules` says about expressions; empty when it finds nothing wrong. */
export function checkExpressions(exprs: readonly string[]): string {
  const rules = exprs.map((expr, index) => ({ record: `checked:${index}`, expr }));
  const file = join(tempDir(), 'rules.yml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'checked', rules }] })); // JSON is YAML
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', '--lint=none', file], {
    encoding: 'utf8',
  });
  return status === 0 ? '' : stdout + stderr;
}

/** One expression, when it is evaluated, and the samples it must give: series as promtool writes it → value. */
export interface ExpectedAnswer {
  readonly expr: string;
  readonly at: string;
  readonly gives: Readonly<Record<string, number>>;
}

/** What `promtool test rules` says about answers over canned series (`a+bxn`, one sample a minute); empty when all agree. */
export function checkAnswers(
  series: Readonly<Record<string, string>>,
  answers: readonly ExpectedAnswer[],
): string {
  const folder = tempDir();
  const test = {
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: answers.map(({ expr, at, gives }) => ({
      expr,
      eval_time: at,
      exp_samples: Object.entries(gives).map(([labels, value]) => ({ labels, value })),
    })),
  };
  const file = join(folder, 'test.yml');
  writeFileSync(file, JSON.stringify({ rule_files: [], evaluation_interval: '1m', tests: [test] }));
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
  return status === 0 ? '' : stdout + stderr;
}
