/**
 * `npm test`, from a bare clone too: installs what is missing, then every check and every suite, each with one line, and
 * at the end the sum: `N passed, N failed, N skipped`. A check counts as one; a suite counts its tests.
 *
 *   npm test                     everything
 *   npm test -- --checks-only    only what needs no test run (also `npm run check`)
 *   npm test -- src/alerts       only the tests whose path contains this
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, runCollected } from './child.mjs';
import { installPackages, requireNode } from './install.mjs';
import { PROGRAMS, debianPrefix, findProgram, installDebian } from './programs.mjs';

const MINUTE = 60_000;
const bin = (path) => join(ROOT, 'node_modules', ...path.split('/'));

/** Cheap stages: all of them run even when one fails, so that every problem is seen at once. */
const CHECKS = [
  { name: 'lockfile', args: ['scripts/complete-lockfile.mjs', '--check'] },
  { name: 'format', args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'] },
  { name: 'lint', args: [bin('oxlint/bin/oxlint'), '--type-aware', '--max-warnings=0'] },
  {
    name: 'imports',
    args: [bin('dependency-cruiser/bin/dependency-cruise.mjs'), 'src', 'examples', '--output-type=err-long'],
  },
  { name: 'types', args: [bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'] },
];
const BUILD = { name: 'build', args: ['scripts/build.mjs'] };

/** Jest's projects in the order in which they run, with the time after which a suite counts as hanging. */
const SUITES = [
  { name: 'unit', timeoutMs: 5 * MINUTE },
  { name: 'architecture', timeoutMs: 2 * MINUTE },
  { name: 'contract', timeoutMs: 10 * MINUTE },
  { name: 'acceptance', timeoutMs: 15 * MINUTE, args: ['--runInBand'], needsBuild: true },
];
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', bin('jest/bin/jest.js')];
const WORKERS = Math.max(2, availableParallelism() - 1);

const total = { passed: 0, failed: 0, skipped: 0 };
const skippedNames = [];

/** Runs one stage, prints its line (and on failure all it said), adds to the sum; returns whether it passed. */
async function stage(name, run) {
  const started = Date.now();
  const result = await run();
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped += result.skipped;
  const ok = result.failed === 0;
  const word = ok ? (result.notRun ? 'skipped' : 'ok') : 'FAILED';
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${word.padEnd(9)}${name.padEnd(13)}${seconds.padStart(6)} s   ${result.note ?? ''}`.trimEnd());
  if (!ok && result.output) console.log(`\n${result.output.trimEnd()}\n`);
  return ok;
}

async function runCheck({ args }) {
  const { code, output } = await runCollected(process.execPath, args, { timeoutMs: 5 * MINUTE });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, output };
}

async function runSuite({ name, timeoutMs, args = [`--maxWorkers=${WORKERS}`] }, filters) {
  const folder = mkdtempSync(join(tmpdir(), 'retune-jest-'));
  const report = join(folder, 'report.json');
  const jest = [...JEST, '--selectProjects', name, '--json', `--outputFile=${report}`, ...args];
  if (filters.length > 0) jest.push('--passWithNoTests', ...filters);
  const { code, output } = await runCollected(process.execPath, jest, { timeoutMs });
  try {
    return { ...countTests(JSON.parse(readFileSync(report, 'utf8')), code), output: withoutReport(output) };
  } catch {
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      note: 'ended without a report',
      output: withoutReport(output),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Jest's report as our three numbers. A file that could not even be loaded is one failure. */
function countTests(report, code) {
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const skipped = report.numPendingTests + report.numTodoTests;
  for (const file of report.testResults) {
    for (const test of file.assertionResults) {
      if (test.status === 'pending' || test.status === 'todo')
        skippedNames.push(test.ancestorTitles[0] ?? test.fullName);
    }
  }
  const note = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  return { passed, skipped, failed: code !== 0 && failed === 0 ? 1 : failed, note };
}

/** With --json jest prints the whole report to stdout as one line; what a person reads stands around it. */
function withoutReport(output) {
  return output
    .split('\n')
    .filter(
      (line) => !line.startsWith('{"numFailedTestSuites"') && !line.startsWith('Test results written to'),
    )
    .join('\n');
}

/** Installs the servers that the contract and acceptance tests start; without them those tests are skipped by name. */
async function installServers() {
  const missing = Object.keys(PROGRAMS).filter((program) => findProgram(program) === undefined);
  if (missing.length === 0) return;
  const prefix = debianPrefix();
  if (prefix !== undefined && (await installDebian(missing, prefix))) return;
  console.error(
    `Not installed, and not installable here: ${missing.join(', ')}. The tests that need them are skipped.`,
  );
}

async function runAll(filters, checksOnly) {
  requireNode();
  await installPackages();
  if (filters.length === 0) for (const check of CHECKS) await stage(check.name, () => runCheck(check));
  if (checksOnly) return;

  await installServers();
  const built = !needsBuild(filters) || (await stage(BUILD.name, () => runCheck(BUILD)));
  for (const suite of SUITES) {
    const run = suite.needsBuild && !built ? notRun : runSuite;
    await stage(suite.name, () => run(suite, filters));
  }
  if (total.passed + total.failed + total.skipped === 0)
    throw new Error(`no test has ${filters.join(' or ')} in its path`);
}

/** Only the acceptance tests run the built service; a filter that means others is not kept waiting. */
function needsBuild(filters) {
  if (filters.length === 0) return true;
  const files = readdirSync(join(ROOT, 'test', 'acceptance'), { recursive: true });
  return files.some((file) => filters.some((filter) => `test/acceptance/${String(file)}`.includes(filter)));
}

function notRun({ name }) {
  skippedNames.push(name);
  return { passed: 0, failed: 0, skipped: 1, notRun: true, note: 'not run, because the build failed' };
}

const options = process.argv.slice(2);
const unknown = options.find((option) => option.startsWith('-') && option !== '--checks-only');
try {
  if (unknown) throw new Error(`expected --checks-only or a part of a path, got "${unknown}"`);
  await runAll(
    options.filter((option) => !option.startsWith('-')),
    options.includes('--checks-only'),
  );
  if (skippedNames.length > 0) console.log(`\nSkipped: ${[...new Set(skippedNames)].join('; ')}`);
} catch (error) {
  console.error(error.message);
  total.failed += 1;
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
