import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const SCRIPT = fileURLToPath(new URL('../../fixtures/rules/make-vectors.py', import.meta.url));
const hasPython = spawnSync('python3', ['-c', 'import fractions'], { timeout: 20_000 }).status === 0;

describe(`the vectors that distances are compared with${hasPython ? '' : ' (needs python3)'}`, () => {
  (hasPython ? it : it.skip)(
    'are what their script writes',
    () => {
      const { stdout, stderr, status } = spawnSync('python3', [SCRIPT, '--check'], { encoding: 'utf8' });
      expect({ stdout, stderr, status }).toEqual({
        stdout: 'both files are as written\n',
        stderr: '',
        status: 0,
      });
    },
    60_000,
  );
});
