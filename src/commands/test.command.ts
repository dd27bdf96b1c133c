import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { TestResult } from '../rule-tests/check-result.js';
import { joinPromtool } from '../rule-tests/join-promtool.js';
import { askPromtool, findPromtool, type Promtool } from '../rule-tests/promtool.client.js';
import { promtoolFiles, type WrittenTest } from '../rule-tests/promtool-files.js';
import { allPassed, reportJunit, reportLines, summaryOf } from '../rule-tests/report.js';
import { type LoadedTests, readRuleTests } from '../rule-tests/rule-test-files.store.js';
import { groupsOf, runRuleTest } from '../rule-tests/run-rule-test.js';
import { formatIssue } from '../settings/config-issue.js';
import type { Command } from './command.js';

const HELP = `retune test [options] file…

Tests rules and policies on series that the files give, without a server, in the format of promtool test rules: see
docs/testing-rules.md. The service's own evaluation judges every rule. Where promtool is installed it judges plain PromQL
as well, and must agree; what only promtool knows how to evaluate is an error without it.

  --promtool=<path>     which promtool to ask; promtool on the PATH unless given, none: off
  --prometheus=<2 | 3>  whose PromQL holds here; unless given that of promtool, without one that of Prometheus 3
  --json                { ok, summary, tests, problems } on standard output
  --junit=<file>        also writes the results as JUnit's XML

Exit codes: 0 all passed, 1 something did not, or a file has errors, 2 wrong usage`;

/** `retune test`: rule unit tests without a server. */
export const test: Command = {
  usage: 'test [--json] [--junit=<file>] file…',
  summary: 'test rules and policies on series written by hand, in the format of promtool',
  help: HELP,
  operands: Number.POSITIVE_INFINITY,
  options: {
    json: { type: 'boolean' },
    junit: { type: 'string' },
    promtool: { type: 'string' },
    prometheus: { type: 'string' },
  },
  async run({ operands, options }, { cwd, print, complain }) {
    const { json, junit, promtool: named, prometheus = '' } = options;
    if (operands.length === 0) {
      complain('expected at least one test file: retune test tests/rules.yml');
      return 2;
    }
    const promtool = named === 'off' ? undefined : await findPromtool(String(named ?? 'promtool'));
    if (promtool === undefined && named !== undefined && named !== 'off') {
      complain(`--promtool: ${String(named)} is no promtool that runs`);
      return 2;
    }
    if (!['', '2', '3'].includes(String(prometheus))) {
      complain(`--prometheus: expected 2 or 3, got ${String(prometheus)}`);
      return 2;
    }
    const major = prometheus === '' ? (promtool?.major ?? 3) : prometheus === '2' ? 2 : 3;
    const results: TestResult[] = [];
    const problems: string[] = [];
    for (const file of operands) {
      const read = await readRuleTests(file, cwd);
      if (read.ok) results.push(...(await runFile(read.loaded, promtool, major)));
      else problems.push(...read.issues.map(formatIssue));
    }
    const ok = problems.length === 0 && allPassed(results);
    const summary = summaryOf(results);
    if (json === true) print(JSON.stringify({ ok, summary, tests: results, problems }, null, 2));
    else {
      for (const problem of problems) complain(problem);
      for (const line of reportLines(results)) print(line);
      (ok ? print : complain)(summary);
    }
    if (typeof junit !== 'string') return ok ? 0 : 1;
    try {
      await writeFile(resolve(cwd, junit), reportJunit(results));
    } catch (error) {
      complain(`--junit: cannot write ${junit}: ${(error as Error).message}`);
      return 1;
    }
    return ok ? 0 : 1;
  },
};

async function runFile(
  loaded: LoadedTests,
  promtool: Promtool | undefined,
  major: 2 | 3,
): Promise<readonly TestResult[]> {
  const groups = groupsOf(loaded);
  const written = (loaded.written['tests'] ?? []) as readonly WrittenTest[];
  const results: TestResult[] = [];
  for (const [index, { name }] of loaded.tests.tests.entries()) {
    const own = runRuleTest(loaded, index, groups, major);
    const files = promtool && promtoolFiles(groups, loaded.written, written[index] ?? {});
    const verdict =
      promtool && files
        ? { release: promtool.release, files, lines: await askPromtool(promtool, files) }
        : undefined;
    results.push({
      file: loaded.file,
      test: name ?? `test ${index + 1}`,
      checks: joinPromtool(own, verdict),
    });
  }
  return results;
}
