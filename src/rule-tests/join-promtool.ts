import type { CheckResult } from './check-result.js';
import type { PromtoolFiles } from './promtool-files.js';
import type { OwnCheck } from './run-rule-test.js';

/** A promtool that was asked: `2.42.0`, what it was given, and its complaints. */
export interface PromtoolVerdict {
  readonly release: string;
  readonly files: PromtoolFiles;
  readonly lines: readonly string[];
}

/** What a promtool says that is too old, or too new, for a key or a function of the files: nothing about what they do. */
const NOT_READ = /yaml: unmarshal errors|field \S+ not found|could not parse expression/;

/**
 * The checks of a test with promtool's word on those that it can judge. What only promtool evaluates passes with its word
 * and is an error without; that it refuses to read a file is told, and fails nothing that was judged here.
 */
export function joinPromtool(
  own: readonly OwnCheck[],
  verdict: PromtoolVerdict | undefined,
): readonly CheckResult[] {
  const read = verdict && !verdict.lines.some((line) => NOT_READ.test(line));
  const passed = read && verdict.lines.length === 0;
  const checks = own.map(({ unsupported, ...check }): CheckResult => {
    if (!unsupported) return check;
    const [line = ''] = check.lines;
    if (passed) return { ...check, status: 'passed', lines: [`judged by promtool alone: ${line}`] };
    const instead = verdict ? 'and promtool does not pass' : 'and no promtool is here to judge it';
    return { ...check, lines: [`not evaluated here, ${instead}: ${line}`] };
  });
  if (!verdict) return checks;
  const check = `promtool ${verdict.release} on ${verdict.files.checks} of them`;
  if (!read)
    return [...checks, { check, status: 'passed', lines: ['it cannot read the file:', ...verdict.lines] }];
  return [...checks, { check, status: passed ? 'passed' : 'failed', lines: verdict.lines }];
}
