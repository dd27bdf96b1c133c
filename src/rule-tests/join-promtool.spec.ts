import { describe, expect, it } from '@jest/globals';
import { joinPromtool } from './join-promtool.js';
import type { OwnCheck } from './run-rule-test.js';

const files = { rules: new Map<string, string>(), test: '', checks: 1 };
const verdict = (...lines: string[]) => ({ release: '2.42.0', files, lines });
const passed: OwnCheck = { check: 'alert A at 1m', status: 'passed', lines: [] };
const unknown: OwnCheck = { check: 'x at 1m', status: 'error', lines: ['1:1 f'], unsupported: true };

describe('joinPromtool', () => {
  it.each([
    ['nobody to ask: what is not known here is an error', undefined, ['passed', 'error']],
    ['promtool passes: it vouches for what is not known here', verdict(), ['passed', 'passed', 'passed']],
    ['promtool does not pass: the test fails', verdict('exp:', 'got:'), ['passed', 'error', 'failed']],
    ['promtool cannot read a key', verdict('yaml: unmarshal errors:'), ['passed', 'error', 'passed']],
    [
      'promtool is too old for a function',
      verdict('could not parse expression: f'),
      ['passed', 'error', 'passed'],
    ],
  ])('%s', (_why, said, statuses) => {
    const checks = joinPromtool([passed, unknown], said);
    expect(checks.map(({ status }) => status)).toEqual(statuses);
  });
});
