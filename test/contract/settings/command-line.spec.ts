import { describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommandLine } from '../../../src/cli.js';
import { check } from '../../../src/commands/check.command.js';
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
    const summary = '2 files, 2 groups, 7 rules, 4 receivers, 1 policy: ok';
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

describe('retune check with lints', () => {
  const RULES = [
    'groups:',
    '  - name: web',
    '    rules:',
    '      - alert: Slow',
    '        expr: |',
    '          histogram_quantile(0.95,',
    '            sum by (job) (rate(x_bucket[5m]))',
    '          ) > 0.5',
    '        for: 10s',
    '',
  ].join('\n');
  const WARNING =
    'conf/a.yml:7:13 groups[0].rules[0].expr: the buckets are summed without le, so histogram_quantile returns nothing: write by (le, job) [quantile-without-le]';
  const INFO =
    'conf/a.yml:9:14 groups[0].rules[0].for: 10s is shorter than the interval of the group, and lasts 1m all the same: write 1m or more, or leave it out [shorter-than-interval]';
  const SIZE = '1 file, 1 group, 1 rule, 0 receivers, 0 policies';

  it('takes single files, and says nothing about what a whole folder lacks', async () => {
    const cwd = folderWith(RULES);
    writeFileSync(
      join(cwd, 'prometheus.rules'),
      'groups: [{ name: b, rules: [{ alert: B, expr: up == 0 }] }]',
    );
    writeFileSync(
      join(cwd, 'policies.yml'),
      'policies: [{ name: p, model: m, trigger: { any: [C] }, run: elsewhere }]',
    );
    expect(await retune(['check', 'conf/a.yml'], cwd)).toEqual({
      code: 0,
      out: `${SIZE}: ok, 1 warning, 1 info`,
      err: `warning: ${WARNING}\ninfo: ${INFO}`,
    });
    expect(await retune(['check', 'prometheus.rules', 'policies.yml'], cwd)).toEqual({
      code: 0,
      out: '2 files, 1 group, 1 rule, 0 receivers, 1 policy: ok',
      err: '',
    });
    expect(await retune(['check', 'policies.yml', 'nowhere.yml', 'conf'], cwd)).toEqual({
      code: 1,
      out: '',
      err: [
        'conf: cannot be read: it is a folder',
        'nowhere.yml: cannot be read: it does not exist',
        '2 errors found',
      ].join('\n'),
    });
  });

  it('finds relative paths of a file from where the file is', async () => {
    const cwd = folderWith('models: [{ name: m, reference: { file: gone.json } }]');
    const { code, err } = await retune(['check', 'conf/a.yml'], cwd);
    expect([code, err]).toEqual([
      1,
      'conf/a.yml:1:40 models[0].reference.file: cannot read conf/gone.json: it does not exist\n1 error found',
    ]);
  });

  it('fails for warnings when told to be strict, and not for infos', async () => {
    const cwd = folderWith(RULES);
    const strict = await retune(['check', '--strict', 'conf/a.yml'], cwd);
    expect(strict).toEqual({
      code: 1,
      out: '',
      err: `warning: ${WARNING}\ninfo: ${INFO}\n${SIZE}: 1 warning, 1 info`,
    });
    const ignoring = await retune(['check', '--strict', '--ignore=quantile-without-le', 'conf/a.yml'], cwd);
    expect(ignoring).toEqual({ code: 0, out: `${SIZE}: ok, 1 info`, err: `info: ${INFO}` });
  });

  it('ignores lints by their names alone', async () => {
    const ignore = ['--ignore', 'quantile-without-le', '--ignore', 'shorter-than-interval'];
    expect(await retune(['check', ...ignore, 'conf/a.yml'], folderWith(RULES))).toEqual({
      code: 0,
      out: `${SIZE}: ok`,
      err: '',
    });
    expect(await retune(['check', '--ignore=quantile-without-la'])).toEqual({
      code: 2,
      out: '',
      err: 'no lint is named "quantile-without-la", did you mean "quantile-without-le"?',
    });
  });

  it('tells errors and lints together, also to programs', async () => {
    const cwd = folderWith(RULES);
    writeFileSync(join(cwd, 'conf', 'b.yml'), 'groups: [{ name: b, rules: [{ alert: B, expr: "up ==" }] }]');
    const { code, out, err } = await retune(['check', 'conf', '--json'], cwd, { PORT: 'x' });
    expect([code, err]).toEqual([1, '']);
    expect(JSON.parse(out)).toEqual({
      ok: false,
      summary: '2 errors found, 2 warnings, 1 info',
      problems: [
        {
          severity: 'error',
          file: 'environment',
          path: 'PORT',
          message: 'expected a whole number from 0 to 65535, got x',
          expected: 'a whole number from 0 to 65535',
        },
        {
          severity: 'error',
          file: 'conf/b.yml',
          line: 1,
          column: 53,
          path: 'groups[0].rules[0].expr',
          message: 'unexpected end of expression',
        },
        {
          severity: 'warning',
          file: 'conf',
          path: '',
          lint: 'no-route',
          message: 'no file has a route: alerts are shown in the console, and nobody is told',
        },
        {
          severity: 'warning',
          file: 'conf/a.yml',
          line: 7,
          column: 13,
          path: 'groups[0].rules[0].expr',
          lint: 'quantile-without-le',
          message:
            'the buckets are summed without le, so histogram_quantile returns nothing: write by (le, job)',
          expected: 'write by (le, job)',
        },
        {
          severity: 'info',
          file: 'conf/a.yml',
          line: 9,
          column: 14,
          path: 'groups[0].rules[0].for',
          lint: 'shorter-than-interval',
          message:
            '10s is shorter than the interval of the group, and lasts 1m all the same: write 1m or more, or leave it out',
          expected: 'write 1m or more, or leave it out',
        },
      ],
    });
  });

  it('knows the scrape interval from the environment', async () => {
    const cwd = folderWith('groups: [{ name: a, rules: [{ alert: A, expr: "rate(x[1m]) > 1" }] }]');
    const lines = async (env: NodeJS.ProcessEnv): Promise<string> =>
      (await retune(['check', 'conf/a.yml'], cwd, env)).err;
    expect(await lines({})).toContain('fewer than four scrapes 1m apart');
    expect(await lines({ RETUNE_SCRAPE_INTERVAL: '15s' })).toBe('');
  });
});

describe('retune check --help', () => {
  it('explains its options', async () => {
    const { code, out, err } = await retune(['check', '--help']);
    expect([code, err]).toEqual([0, '']);
    for (const option of Object.keys(check.options ?? {})) expect(out).toContain(`--${option}`);
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

  it.each([['--help'], ['-h'], ['help'], ['schema', '--help']])(
    'explains itself with %s %s',
    async (...args) => {
      const { code, out } = await retune(args.filter(Boolean));
      expect(code).toBe(0);
      expect(out).toMatch(/^  retune check .*^  retune schema /ms);
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
