import { formatPlace } from '../settings/config-issue.js';
import type { CheckResult, TestResult } from './check-result.js';

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Whether every check of every test passed. */
export function allPassed(results: readonly TestResult[]): boolean {
  return results.every(({ checks }) => checks.every(({ status }) => status === 'passed'));
}

/** The lines for a terminal: each test, and of what did not pass the place and the difference. */
export function reportLines(results: readonly TestResult[]): readonly string[] {
  return results.flatMap(({ file, test, checks }) => {
    const bad = checks.filter(({ status }) => status !== 'passed');
    const head = `${bad.length === 0 ? 'pass' : 'FAIL'}  ${file}  ${test} (${counted(checks.length, 'check')})`;
    const told = checks.filter(({ status, lines }) => status !== 'passed' || lines.length > 0);
    return [head, ...told.flatMap((check) => checkLines(file, check))];
  });
}

function checkLines(file: string, { check, status, lines, position }: CheckResult): readonly string[] {
  const place = position ? `${formatPlace(file, position)} ` : '';
  const word = status === 'passed' ? '' : `${status}: `;
  return [`    ${place}${word}${check}`, ...lines.map((line) => `        ${line}`)];
}

/** `3 tests, 9 checks: ok`, or how many did not pass. */
export function summaryOf(results: readonly TestResult[]): string {
  const checks = results.flatMap((result) => result.checks);
  const bad = checks.filter(({ status }) => status !== 'passed').length;
  return `${counted(results.length, 'test')}, ${counted(checks.length, 'check')}: ${bad === 0 ? 'ok' : `${bad} did not pass`}`;
}

/** The results as JUnit's XML, which CI systems read: one suite for each test, one case for each check. */
export function reportJunit(results: readonly TestResult[]): string {
  const suites = results.map(({ file, test, checks }) => {
    const failures = checks.filter(({ status }) => status === 'failed').length;
    const errors = checks.filter(({ status }) => status === 'error').length;
    const cases = checks.map(({ check, status, lines }) => {
      const head = `    <testcase classname="${xml(file)}" name="${xml(check)}"`;
      if (status === 'passed') return `${head}/>`;
      const tag = status === 'failed' ? 'failure' : 'error';
      const text = xml(lines.join('\n'));
      return `${head}><${tag} message="${xml(lines[0] ?? status)}">${text}</${tag}></testcase>`;
    });
    const counts = `tests="${checks.length}" failures="${failures}" errors="${errors}"`;
    return [`  <testsuite name="${xml(`${file}: ${test}`)}" ${counts}>`, ...cases, '  </testsuite>'].join(
      '\n',
    );
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join(
    '\n',
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** A text as XML may hold it: control characters have no form there at all. */
function xml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign).replace(/[^\P{Cc}\t\n\r]/gu, '\u{FFFD}');
}
