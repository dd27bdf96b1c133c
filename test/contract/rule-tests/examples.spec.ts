import { describe, expect, it } from '@jest/globals';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommandLine } from '../../../src/cli.js';
import { codeBlocks } from '../../architecture/read-markdown.js';
import { tempDir } from '../../support/temp-dir.js';

async function test(files: readonly string[], cwd: string): Promise<readonly [number, string]> {
  const lines: string[] = [];
  const add = (line: string): void => void lines.push(line);
  const code = await runCommandLine(['test', ...files], { env: {}, cwd, print: add, complain: add });
  return [code, lines.join('\n')];
}

/** The YAML blocks of a page that begin with the name of a file. */
function named(page: string, names: RegExp): readonly (readonly [name: string, text: string])[] {
  return codeBlocks(readFileSync(page, 'utf8')).flatMap(({ text }) => {
    const name = /^# (\S+\.yml)\n/.exec(text)?.[1];
    return name !== undefined && names.test(name) ? [[name, text] as const] : [];
  });
}

describe('rule tests', () => {
  const shipped = readdirSync('rules/tests').map((name) => `rules/tests/${name}`);

  it.each(shipped)(
    '%s passes',
    async (file) => {
      expect(await test([file], process.cwd())).toEqual([0, expect.stringMatching(/checks?: ok$/)]);
    },
    60_000,
  );

  it('of every shipped rule are there', () => {
    const texts = shipped.map((file) => readFileSync(file, 'utf8')).join('\n');
    const alerts = [...readFileSync('rules/iris.yml', 'utf8').matchAll(/- alert: (\w+)/g)];
    expect(alerts.length).toBeGreaterThan(3);
    expect(alerts.flatMap(([, name = '']) => (texts.includes(`alertname: ${name}`) ? [] : [name]))).toEqual(
      [],
    );
  });

  it('of docs/testing-rules.md pass', async () => {
    const cwd = tempDir();
    cpSync('rules', join(cwd, 'rules'), { recursive: true });
    mkdirSync(join(cwd, 'rules/tests'), { recursive: true });
    const tests = named('docs/testing-rules.md', /^rules\/tests\//);
    expect(tests.length).toBe(2);
    for (const [name, text] of [...named('docs/rules.md', /^rules\/rules\.yml$/), ...tests])
      writeFileSync(join(cwd, name), text);
    const files = tests.map(([name]) => name);
    expect(await test(files, cwd)).toEqual([0, expect.stringMatching(/checks?: ok$/)]);
  }, 60_000);
});
