import { describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommandLine } from '../../../src/cli.js';
import { tempDir } from '../../support/temp-dir.js';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function retune(
  args: readonly string[],
  cwd = process.cwd(),
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const print = (line: string): void => void out.push(line);
  const complain = (line: string): void => void err.push(line);
  const code = await runCommandLine(args, { env, cwd, print, complain });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

function folderWith(text: string): string {
  const cwd = tempDir();
  mkdirSync(join(cwd, 'conf'));
  writeFileSync(join(cwd, 'conf', 'a.yml'), text);
  return cwd;
}

describe('retune check', () => {
  it('sums up what it found in order', async () => {
    const summary = '2 files, 2 groups, 5 rules, 4 receivers, 1 policy: ok';
    expect(await retune(['check'])).toEqual({ code: 0, out: summary, err: '' });
    expect(await retune(['check', 'rules'])).toEqual({ code: 0, out: summary, err: '' });
  });

  it('tells every error and ends with 1', async () => {
    const cwd = folderWith('groups: [{ nam: a }]\nroute: { receiver: b }\n');
    expect(await retune(['check', 'conf'], cwd, { PORT: 'x' })).toEqual({
      code: 1,
      out: '',
      err: [
        'environment PORT: expected a whole number from 0 to 65535, got x',
        'conf/a.yml:1:10 groups[0].name: missing, expected a text',
        'conf/a.yml:1:12 groups[0].nam: unknown key, did you mean "name"?',
        'conf/a.yml:2:20 route.receiver: no receiver is named "b"',
        '4 errors found',
      ].join('\n'),
    });
  });

  it('passes with warnings', async () => {
    const cwd = folderWith('groups: [{ name: a }]');
    expect(await retune(['check'], cwd, { RULES_DIR: 'conf' })).toEqual({
      code: 0,
      out: '1 file, 1 group, 0 rules, 0 receivers, 0 policies: ok, 1 warning',
      err: 'warning: conf: no file has a route: alerts are shown in the console, and nobody is told [no-route]',
    });
  });
});

describe('retune', () => {
  it('prints the JSON schema', async () => {
    const { code, out } = await retune(['schema']);
    expect([code, JSON.parse(out)]).toEqual([
      0,
      expect.objectContaining({ title: 'Retune rules file', type: 'object' }),
    ]);
  });

  it.each([['--help'], ['-h'], ['help'], ['check', '--help']])(
    'explains itself with %s %s',
    async (...args) => {
      const { code, out } = await retune(args.filter(Boolean));
      expect(code).toBe(0);
      expect(out).toMatch(/retune check \[dir \| file…\] .*\n.*retune schema/);
    },
  );

  it.each<[string, readonly string[], string]>([
    ['no command', [], 'expected a command'],
    ['an unknown command', ['chek'], 'unknown command "chek", did you mean "check"?'],
    ['a name every object has', ['constructor'], 'unknown command "constructor"'],
    ['operands where there are none', ['schema', 'a'], 'retune schema takes nothing else'],
    ['an unknown option', ['check', '--al'], "Unknown option '--al'"],
  ])('refuses %s', async (_, args, message) => {
    const { code, out, err } = await retune(args);
    expect([code, out]).toEqual([2, '']);
    expect(err.startsWith(message)).toBe(true);
    expect(err).toContain('Usage:');
  });
});
