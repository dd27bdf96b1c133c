import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { formatIssue } from '../../../src/settings/config-issue.js';
import { loadSettings } from '../../../src/settings/load-settings.store.js';
import { warningTexts } from '../../../src/settings/notice.js';
import type { LoadedSettings } from '../../../src/settings/settings.js';
import { tempDir } from '../../support/temp-dir.js';

type Files = Readonly<Record<string, string>>;

function load(files: Files, folder = tempDir()): Promise<LoadedSettings> {
  mkdirSync(join(folder, 'rules'), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return loadSettings({}, folder);
}

const withSlack = (fields: string, head = 'templates: [t/*.tmpl]'): string =>
  `${head}
route: { receiver: a }
receivers:
  - name: a
    slack_configs:
      - api_url: https://hooks.example.org/x
        ${fields}
`;
const DEFINED = '{{ define "ml.text" }}{{ .Status }}{{ end }}';

describe('templates of an alertmanager.yml', () => {
  it.each<[string, Files, string]>([
    [
      'a file that does not parse',
      {
        'rules/a.yml': withSlack('text: x'),
        'rules/t/a.tmpl': '{{ define "a" }}\n  {{ if .Status }}{{ end }}\n',
      },
      'rules/t/a.tmpl:3:1: {{define}} is not ended: write {{end}}',
    ],
    [
      'a function of Prometheus in a file',
      {
        'rules/a.yml': withSlack('text: x'),
        'rules/t/a.tmpl': `${DEFINED}\n{{ define "b" }}{{ humanise 1 }}{{ end }}`,
      },
      'rules/t/a.tmpl:2:20: there is no function humanise',
    ],
    [
      'a template in a file that nobody defines',
      {
        'rules/a.yml': withSlack('text: x'),
        'rules/t/a.tmpl': `${DEFINED}\n{{ define "b" }}{{ template "ml.txt" . }}{{ end }}`,
      },
      'rules/t/a.tmpl:2:29: no template is named "ml.txt"; did you mean "ml.text"?',
    ],
    [
      'a template in a receiver that nobody defines',
      { 'rules/a.yml': withSlack(`title: '{{ template "slack.default.titel" . }}'`) },
      'rules/a.yml:7:29 receivers[0].slack_configs[0].title: no template is named "slack.default.titel"; did you mean "slack.default.title"?',
    ],
    [
      'a template in a receiver that is like no other',
      { 'rules/a.yml': withSlack(`fields: [{ title: x, value: '{{ template "nothing.like.it" . }}' }]`) },
      'rules/a.yml:7:50 receivers[0].slack_configs[0].fields[0].value: no template is named "nothing.like.it"; define it in a file that templates: names',
    ],
    [
      'a text that does not parse',
      { 'rules/a.yml': withSlack(`text: 'x {{ .Status'`) },
      'rules/a.yml:7:18 receivers[0].slack_configs[0].text: this action is not closed: end it with }}',
    ],
    [
      'a text over lines that does not parse',
      { 'rules/a.yml': withSlack('text: |\n          x\n          {{ end }}') },
      'rules/a.yml:9:14 receivers[0].slack_configs[0].text: {{end}} belongs to no if, range, with, define or block',
    ],
  ])('%s is told with its place', async (_what, files, expected) => {
    const loaded = await load(files);
    if (loaded.ok) throw new Error('it loads');
    const told = loaded.issues.map(formatIssue);
    expect(told).toContainEqual(expect.stringContaining(expected));
    expect(told).toHaveLength(1);
  });

  it('are read from the folder of the file, in the order of patterns and names; later ones count', async () => {
    const loaded = await load({
      'rules/a.yml': withSlack(`text: '{{ template "ml.text" . }}'`),
      'rules/t/a.tmpl': DEFINED,
      'rules/t/b.tmpl': '{{ define "ml.text" }}later{{ end }}',
      'rules/t/c.txt': 'not {{ this',
    });
    if (!loaded.ok) throw new Error(loaded.issues.map(formatIssue).join('\n'));
    const { templates } = loaded.settings.rules.channelDefaults;
    expect(templates?.isOwn('ml.text')).toBe(true);
    expect(templates?.isOwn('slack.default.title')).toBe(false);
    expect(loaded.notices).toEqual([]);
  });

  it('change the hash of the configuration, so that a reload takes them up', async () => {
    const folder = tempDir();
    const files = { 'rules/a.yml': withSlack('text: x'), 'rules/t/a.tmpl': DEFINED };
    const hashes = [await load(files, folder), await load({ 'rules/t/a.tmpl': `${DEFINED} ` }, folder)].map(
      (loaded) => loaded.ok && loaded.settings.configHash,
    );
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  it('warn of a pattern without files, and of headers without effect', async () => {
    const loaded = await load({
      'rules/a.yml': withSlack('text: x'),
      'rules/b.yml':
        'receivers: [{ name: b, email_configs: [{ to: a@b.c, from: a@b.c, smarthost: "h:25", headers: { From: x } }] }]',
    });
    expect(warningTexts(loaded.notices)).toEqual(
      expect.arrayContaining([
        'rules/a.yml:1:13 templates[0]: no file fits "t/*.tmpl" [no-template-file]',
        expect.stringMatching(
          /headers\.From: read without effect: write from of the target itself \[no-effect\]$/,
        ),
      ]),
    );
  });
});
