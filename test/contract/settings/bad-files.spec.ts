import { describe, expect, it } from '@jest/globals';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatIssue } from '../../../src/settings/config-issue.js';
import { loadSettings } from '../../../src/settings/load-settings.store.js';
import { tempDir } from '../../support/temp-dir.js';

const FIXTURES = join(process.cwd(), 'test', 'fixtures', 'config');
const NAMES = readdirSync(FIXTURES).filter((name) => /^bad-.*\.yml$/.test(name));
const EXPECT = /^# expect: (.*)$/gm;

/** The messages that a file promises in its first lines. */
const promised = (text: string): readonly string[] =>
  [...text.matchAll(EXPECT)].map(([, message = '']) => message);

/** The messages of a rules directory that holds nothing but this text. */
async function messages(name: string, text: string): Promise<readonly string[]> {
  const cwd = tempDir();
  mkdirSync(join(cwd, 'rules'));
  writeFileSync(join(cwd, 'rules', name), text);
  const loaded = await loadSettings({}, cwd);
  return loaded.ok ? [] : loaded.issues.map(formatIssue);
}

describe('a broken rules file', () => {
  it.each(NAMES)('%s is told exactly as it promises', async (name) => {
    const text = readFileSync(join(FIXTURES, name), 'utf8');
    expect(promised(text)).not.toEqual([]);
    expect(await messages(name, text)).toEqual(promised(text));
  });

  it('never repeats a secret', () => {
    const texts = NAMES.map((name) => readFileSync(join(FIXTURES, name), 'utf8'));
    expect(texts.join()).toContain('hunter2');
    expect(texts.flatMap(promised).join()).not.toContain('hunter2');
  });
});
