import { expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';

it('the built command finds the shipped rules in order', () => {
  const answer = execFileSync(process.execPath, ['dist/cli.js', 'check', 'rules'], { encoding: 'utf8' });
  expect(answer).toMatch(/: ok\s*$/);
}, 60_000);
