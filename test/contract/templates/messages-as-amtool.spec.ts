import { execFile, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import type { MessageTemplateData } from '../../../src/templates/message-data.js';
import { compileMessageTemplates } from '../../../src/templates/message-templates.js';
import { tempDir } from '../../support/temp-dir.js';
import { MESSAGE_CASES, MESSAGE_DATA, type MessageCase } from './message-cases.js';

const AMTOOL = process.env['AMTOOL_BIN'] ?? '/usr/bin/amtool';
const suite = existsSync(AMTOOL) ? describe : describe.skip;
jest.setTimeout(120_000);

const folder = tempDir();
const empty = join(folder, 'empty.tmpl');

/** Alertmanager's JSON of the data, which amtool reads. */
function asJson(data: MessageTemplateData): string {
  const alerts = data.alerts.map(({ generatorUrl, endsAt, ...alert }) => ({
    ...alert,
    endsAt: endsAt ?? '0001-01-01T00:00:00Z',
    generatorURL: generatorUrl,
  }));
  const { externalUrl, ...rest } = data;
  return JSON.stringify({ ...rest, alerts, externalURL: externalUrl });
}

function argumentsOf({ template, html }: MessageCase, file: string): readonly string[] {
  return [
    'template',
    'render',
    `--template.glob=${empty}`,
    `--template.data=${file}`,
    `--template.type=${html ? 'html' : 'text'}`,
    `--template.text=${template}`,
  ];
}

/** The text, or the words of the failure. */
function byAmtool(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(AMTOOL, args, { env: { ...process.env, GOMAXPROCS: '1' } }, (error, stdout, stderr) =>
      resolve(error ? `failed: ${stderr.replace(/^amtool: error: /, '').trim()}` : stdout),
    );
  });
}

function byRetune({ template, html }: MessageCase, data: MessageTemplateData): string {
  const { templates } = compileMessageTemplates([]);
  const rendered = templates.render(template, html ? 'html' : 'text', { data, now: new Date() });
  return rendered.ok ? rendered.text : `failed: ${rendered.message}`;
}

/** Whether amtool knows every function that the case needs. */
function isKnown(name: string): boolean {
  const { stderr } = spawnSync(AMTOOL, [
    'template',
    'render',
    `--template.glob=${empty}`,
    `--template.text={{ ${name} }}`,
  ]);
  return !String(stderr).includes('not defined');
}

suite('message templates give the text that amtool gives', () => {
  writeFileSync(empty, '{{ define "unused" }}{{ end }}');
  const files = MESSAGE_DATA.map((data, index) => {
    const file = join(folder, `data-${index}.json`);
    writeFileSync(file, asJson(data));
    return file;
  });
  const needed = new Set(MESSAGE_CASES.flatMap(({ needs = [] }) => needs));
  const known = new Set(existsSync(AMTOOL) ? [...needed].filter(isKnown) : []);
  const compared = MESSAGE_CASES.filter(({ needs = [] }) => needs.every((name) => known.has(name)));
  const lacking = MESSAGE_CASES.filter((entry) => !compared.includes(entry));

  it.each(compared)('$about: $template', async (entry) => {
    for (const [index, data] of MESSAGE_DATA.entries()) {
      const theirs = await byAmtool(argumentsOf(entry, files[index] as string));
      const ours = byRetune(entry, data);
      // What an unknown function, a wrong pattern or a failing html template is told in is Go's own affair.
      if (theirs.startsWith('failed: ') && /not defined|html\/template|parsing regexp/.test(theirs))
        expect(ours).toMatch(/^failed: /);
      else expect(ours).toBe(theirs);
    }
  });

  if (lacking.length > 0) it.skip.each(lacking)('this amtool lacks functions: $template', () => undefined);

  it('are many', () => {
    expect(MESSAGE_CASES.length).toBeGreaterThan(60);
  });
});
