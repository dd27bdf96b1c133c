import type { Position } from '../settings/config-issue.js';

/** How a check ended. `error`: nothing can be said, which never passes. */
export type CheckStatus = 'passed' | 'failed' | 'error';

/** What one expectation came to. */
export interface CheckResult {
  /** `alert QueueLong at 5m` */
  readonly check: string;
  readonly status: CheckStatus;
  /** What was expected (`-`), what was found (`+`), or what went wrong; empty when it passed, or a remark. */
  readonly lines: readonly string[];
  /** Where the expectation stands in the test file. */
  readonly position?: Position;
}

/** One test of a file. */
export interface TestResult {
  readonly file: string;
  /** Its name, or `test 1`. */
  readonly test: string;
  readonly checks: readonly CheckResult[];
}

/** Only in `expected` with `-`, only in `got` with `+`; equal entries count as often as they are there. Empty: the same. */
export function differences(expected: readonly string[], got: readonly string[]): readonly string[] {
  const left = [...got];
  const missing = expected.filter((entry) => {
    const at = left.indexOf(entry);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [...missing.map((entry) => `- ${entry}`), ...left.map((entry) => `+ ${entry}`)];
}

/** `passed` without lines, else `failed` with them. */
export function resultOf(check: string, lines: readonly string[], position?: Position): CheckResult {
  const status = lines.length === 0 ? 'passed' : 'failed';
  return { check, status, lines, ...(position ? { position } : {}) };
}
