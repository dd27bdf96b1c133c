import { describe, expect, it } from '@jest/globals';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { formatIssue } from '../../../src/settings/config-issue.js';
import { warningTexts } from '../../../src/settings/notice.js';
import { loadSettings } from '../../../src/settings/load-settings.store.js';
import type { LoadedSettings, Settings } from '../../../src/settings/settings.js';
import { tempDir } from '../../support/temp-dir.js';

type Files = Readonly<Record<string, string | Buffer>>;

/** A folder with these files; names are paths below it. */
function folderOf(files: Files): string {
  const cwd = tempDir();
  mkdirSync(join(cwd, 'rules'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  return cwd;
}

const load = (files: Files, env: NodeJS.ProcessEnv = {}): Promise<LoadedSettings> =>
  loadSettings(env, folderOf(files));

async function errors(files: Files, env: NodeJS.ProcessEnv = {}): Promise<readonly string[]> {
  const loaded = await load(files, env);
  return loaded.ok ? [] : loaded.issues.map(formatIssue);
}

function settingsOf(loaded: LoadedSettings): Settings {
  if (!loaded.ok) throw new Error(loaded.issues.map(formatIssue).join('\n'));
  return loaded.settings;
}

async function warnings(files: Files, env: NodeJS.ProcessEnv = {}): Promise<readonly string[]> {
  const loaded = await load(files, env);
  settingsOf(loaded);
  return warningTexts(loaded.notices);
}

const ROUTE = 'route: { receiver: team }\nreceivers: [{ name: team }]\n';
const REFERENCE = readFileSync(join(process.cwd(), 'rules', 'references', 'iris-1.json'), 'utf8');

describe('the rules directory of this repository', () => {
  const shipped = loadSettings({}, process.cwd());

  it('loads as it is, without a warning and without any secret there', async () => {
    const loaded = await shipped;
    const { rules, files } = settingsOf(loaded);
    expect(loaded.notices).toEqual([]);
    expect(files).toEqual(['rules/alertmanager.yml', 'rules/iris.yml']);
    expect(rules.groups.flatMap(({ rules: all }) => all.map(({ kind }) => kind))).toEqual([
      'expr',
      'latency',
      'staleness',
      'error_rate',
      'accuracy',
      'drift',
      'prediction_drift',
    ]);
    expect(
      rules.receivers.flatMap(({ integrations }) => integrations.map(({ type }) => type)).toSorted(),
    ).toEqual(['email', 'pagerduty', 'slack', 'webhook']);
    expect(rules.models.get('iris-classifier')?.reference?.id).toMatch(
      /^references\/iris-1\.json sha256:[0-9a-f]{12}$/,
    );
    expect(rules.policies.map(({ name, run }) => [name, run])).toEqual([['iris-retrain', 'iris-training']]);
    expect(rules.ciTargets.map(({ provider }) => provider.type)).toEqual(['webhook']);
    expect(rules.route?.receiver).toBe('ml-team');
  });

  it('loads in any folder', async () => {
    const cwd = tempDir();
    cpSync(join(process.cwd(), 'rules'), join(cwd, 'rules'), { recursive: true });
    expect(settingsOf(await loadSettings({}, cwd)).configHash).toBe(settingsOf(await shipped).configHash);
  });

  it('points secrets into its own folder', async () => {
    const { rules } = settingsOf(await shipped);
    expect(rules.channelDefaults.slackApiUrl?.file).toBe(
      join(process.cwd(), 'rules', 'secrets', 'slack-api-url'),
    );
  });
});

describe('loadSettings', () => {
  it('takes *.yml and *.yaml directly in the folder, sorted, and nothing else', async () => {
    const files = {
      'rules/b.yaml': ROUTE,
      'rules/a.yml': 'groups: [{ name: a }]',
      'rules/c.json': '{',
      'rules/.hidden.yml': '{',
      'rules/deep/d.yml': '{',
      'rules/folder.yml/x': '{',
    };
    expect(settingsOf(await load(files)).files).toEqual(['rules/a.yml', 'rules/b.yaml']);
  });

  it('follows links, as mounted volumes have them', async () => {
    const cwd = folderOf({ 'elsewhere/a.yml': ROUTE });
    symlinkSync(join(cwd, 'elsewhere', 'a.yml'), join(cwd, 'rules', 'a.yml'));
    symlinkSync(join(cwd, 'elsewhere', 'gone.yml'), join(cwd, 'rules', 'b.yml'));
    const loaded = await loadSettings({}, cwd);
    expect(loaded.ok ? [] : loaded.issues.map(formatIssue)).toEqual([
      'rules/b.yml: cannot be read: it does not exist',
    ]);
  });

  it('reads an empty file and a file of comments as nothing', async () => {
    expect(
      await errors({ 'rules/a.yml': '', 'rules/b.yml': '# soon\n', 'rules/c.yml': 'groups:\n' }),
    ).toEqual([]);
  });

  it.each<[string, Files, NodeJS.ProcessEnv, readonly string[]]>([
    [
      'a folder that is missing',
      {},
      { RULES_DIR: 'nowhere' },
      ['environment RULES_DIR: cannot read the rules directory nowhere: it does not exist'],
    ],
    [
      'a file for a folder',
      { file: '' },
      { RULES_DIR: 'file' },
      ['environment RULES_DIR: cannot read the rules directory file: it is not a folder'],
    ],
    [
      'bytes that are no text',
      { 'rules/a.yml': Buffer.from([0xff, 0xfe, 0x00]) },
      {},
      ['rules/a.yml: cannot be read: it is not UTF-8'],
    ],
    [
      'a secret of the environment whose file is missing or empty',
      { empty: '\n' },
      { RETUNE_API_TOKEN_FILE: 'nowhere', DATABASE_URL_FILE: 'empty' },
      [
        'environment DATABASE_URL_FILE: empty is empty',
        'environment RETUNE_API_TOKEN_FILE: cannot read nowhere: it does not exist',
      ],
    ],
    [
      'errors of the environment and of every file at once',
      { 'rules/a.yml': 'grups: []', 'rules/b.yml': 'a: b: c', 'rules/c.yml': 'route: {}' },
      { PORT: 'x', RETUNE_TOKEN: 'y' },
      [
        'environment PORT: expected a whole number from 0 to 65535, got x',
        'environment RETUNE_TOKEN: unknown variable, did you mean "RETUNE_API_TOKEN"?',
        'rules/a.yml:1:1 grups: unknown key, did you mean "groups"?',
        'rules/b.yml:1:4: not valid YAML: Nested mappings are not allowed in compact mappings; a text with a colon in it needs quotes',
        'rules/c.yml:1:8 route.receiver: expected a receiver, as the first route takes what no other takes',
      ],
    ],
  ])('refuses %s', async (_, files, env, expected) => {
    expect(await errors(files, env)).toEqual(expected);
  });

  it('refuses names given in two files, telling both places', async () => {
    const files = {
      'rules/a.yml': `${ROUTE}global: { resolve_timeout: 1m }\nmodels: [{ name: iris }]\ntime_intervals: [{ name: night }]\n`,
      'rules/b.yml': `${ROUTE}global: { resolve_timeout: 1m }\nmodels: [{ name: iris }]\nmute_time_intervals: [{ name: night }]\n`,
    };
    expect(await errors(files)).toEqual([
      'rules/b.yml:1:1 route: only one file may have route, and rules/a.yml:1:1 has it already',
      'rules/b.yml:2:21 receivers[0].name: there is already a receiver named "team", at rules/a.yml:2:21; rename one of them',
      'rules/b.yml:3:1 global: only one file may have global, and rules/a.yml:3:1 has it already',
      'rules/b.yml:4:18 models[0].name: there is already a model named "iris", at rules/a.yml:4:18; rename one of them',
      'rules/b.yml:5:31 mute_time_intervals[0].name: there is already a time interval named "night", at rules/a.yml:5:26; rename one of them',
    ]);
  });

  it('lets two files have groups of one name, as Prometheus does', async () => {
    const group = 'groups: [{ name: iris, rules: [{ alert: A, expr: up == 0 }] }]';
    const { rules } = settingsOf(await load({ 'rules/a.yml': group, 'rules/b.yml': group }));
    expect(rules.groups.map(({ key }) => key)).toEqual(['a.yml;iris', 'b.yml;iris']);
  });

  it('finds names in other files, and in parts that have errors of their own', async () => {
    const files = {
      'rules/a.yml': 'route: { receiver: team, routes: [{ receiver: taem }] }',
      'rules/b.yml': 'receivers: [{ name: team, slack: [] }]',
    };
    expect(await errors(files)).toEqual([
      'rules/a.yml:1:47 route.routes[0].receiver: no receiver is named "taem", did you mean "team"?',
      expect.stringContaining('rules/b.yml:1:27 receivers[0].slack: not supported in a receiver'),
    ]);
  });

  it('calls no name missing while a file cannot be read', async () => {
    expect(
      await errors({ 'rules/a.yml': 'route: { receiver: team }', 'rules/b.yml': 'receivers: [' }),
    ).toEqual([expect.stringContaining('rules/b.yml:1:13: not valid YAML')]);
  });

  it('gives groups without an interval the one of the environment', async () => {
    const files = { 'rules/a.yml': 'groups: [{ name: a }, { name: b, interval: 10s }]' };
    const { rules } = settingsOf(await load(files, { RETUNE_DEFAULT_INTERVAL: '15s' }));
    expect(rules.groups.map(({ intervalMs }) => intervalMs)).toEqual([15_000, 10_000]);
  });

  it('takes relative folders from the working directory', async () => {
    const cwd = folderOf({});
    const { environment } = settingsOf(await loadSettings({}, cwd));
    expect([environment.rulesDir, environment.dataDir]).toEqual([join(cwd, 'rules'), join(cwd, 'data')]);
  });

  it('hashes content: any change shows, a change of place does not', async () => {
    const hash = async (files: Files): Promise<string> => settingsOf(await load(files)).configHash;
    const base = await hash({ 'rules/a.yml': ROUTE });
    expect(base).toMatch(/^[0-9a-f]{64}$/);
    expect(await hash({ 'rules/a.yml': ROUTE })).toBe(base);
    expect(await hash({ 'rules/a.yml': `${ROUTE}#` })).not.toBe(base);
    expect(await hash({ 'rules/b.yml': ROUTE })).not.toBe(base);
  });

  it('shows no secret of files or environment', async () => {
    const files = {
      'rules/a.yml':
        'global: { slack_api_url: "https://hooks.example/hunter2" }\nroute: { receiver: t }\n' +
        'receivers: [{ name: t, slack_configs: [{ channel: "#a" }], pagerduty_configs: [{ routing_key: hunter2 }] }]\n' +
        'ci: [{ name: c, github: { repo: a/b, workflow: c.yml, token: hunter2 } }]\n',
    };
    const settings = settingsOf(
      await load(files, { RETUNE_API_TOKEN: 'hunter2', DATABASE_URL: 'postgres://u:hunter2@h/d' }),
    );
    expect(inspect(settings, { depth: 20 }) + JSON.stringify(settings)).not.toContain('hunter2');
  });
});

describe('an alertmanager.yml', () => {
  it('loads with what Go accepts: numbers and yes in place of texts and switches, keys without values, nothing as a rule', async () => {
    const text = [
      'global: { smtp_smarthost: "localhost:25", smtp_from: a@example.org, smtp_require_tls: no, smtp_hello: }',
      'templates: ["*.tmpl"]',
      'route: { receiver: 7, group_by: ["..."], routes: }',
      'inhibit_rules:',
      '  -',
      'receivers:',
      '  - name: 7',
      '    email_configs: [{ to: b@example.org, send_resolved: yes, headers: { X-Tier: 1.10 } }]',
    ].join('\n');
    const loaded = await load({ 'rules/alertmanager.yml': text });
    const { rules } = settingsOf(loaded);
    expect(rules.channelDefaults.smtp.requireTls).toBe(false);
    expect(rules.receivers[0]?.integrations[0]?.config).toMatchObject({
      send_resolved: true,
      headers: { 'X-Tier': '1.10' },
    });
    expect(rules.route?.receiver).toBe('7');
    expect(warningTexts(loaded.notices)).toEqual([
      'rules/alertmanager.yml:2:13 templates[0]: no file fits "*.tmpl" [no-template-file]',
    ]);
  });
});

describe('a drift reference', () => {
  const model = 'models: [{ name: iris-classifier, reference: { file: refs/r.json } }]';
  const changed = (from: string, to: string): Files => ({
    'rules/a.yml': model,
    'rules/refs/r.json': REFERENCE.replace(from, to),
  });

  it('is read from the folder of the file that names it, and named in evidence', async () => {
    const files = { 'rules/a.yml': model, 'rules/refs/r.json': REFERENCE };
    const { rules, configHash } = settingsOf(await load(files));
    expect(rules.models.get('iris-classifier')?.reference).toMatchObject({
      id: expect.stringMatching(/^refs\/r\.json sha256:[0-9a-f]{12}$/),
      modelVersion: '1',
    });
    const other = await load(changed('"model_version": "1"', '"model_version": "2"'));
    expect(settingsOf(other).configHash).not.toBe(configHash);
  });

  it.each<[string, Files, readonly unknown[]]>([
    [
      'that is missing',
      { 'rules/a.yml': model },
      ['rules/a.yml:1:54 models[0].reference.file: cannot read rules/refs/r.json: it does not exist'],
    ],
    [
      'of another format',
      changed('reference/1', 'reference/2'),
      [
        'rules/refs/r.json:2:13 format: expected "drift-reference/1", got "drift-reference/2", did you mean "drift-reference/1"?',
      ],
    ],
    [
      'of another model',
      changed('iris-classifier', 'rose-classifier'),
      [
        'rules/a.yml:1:54 models[0].reference.file: expected a reference of the model "iris-classifier", got one of "rose-classifier"',
      ],
    ],
    [
      'that is cut off',
      { 'rules/a.yml': model, 'rules/refs/r.json': REFERENCE.slice(0, 200) },
      [expect.stringMatching(/^rules\/refs\/r\.json:\d+:\d+: not valid YAML: /)],
    ],
  ])('%s is refused', async (_, files, expected) => {
    expect(await errors(files)).toEqual(expect.arrayContaining([...expected]));
  });
});

describe('warnings', () => {
  const RULE = 'groups: [{ name: g, rules: [{ alert: A, expr: up == 0 }] }]\n';

  it.each<[string, Files, NodeJS.ProcessEnv, string]>([
    ['an empty folder', {}, {}, 'rules: no *.yml or *.yaml file in it: nothing is watched [no-files]'],
    [
      'no route',
      { 'rules/a.yml': RULE },
      {},
      'rules: no file has a route: alerts are shown in the console, and nobody is told [no-route]',
    ],
    [
      'a receiver without a route',
      { 'rules/a.yml': 'route: { receiver: a }\nreceivers: [{ name: a }, { name: b }]' },
      {},
      'rules/a.yml:2:34 receivers[1].name: no route leads to the receiver "b" [unused-receiver]',
    ],
    [
      'a ci target without a policy',
      { 'rules/a.yml': 'ci: [{ name: c, github: { repo: a/b, workflow: c.yml, token_file: t } }]' },
      {},
      'rules/a.yml:1:14 ci[0].name: no policy runs the ci target "c" [unused-ci-target]',
    ],
    [
      'a second document',
      { 'rules/a.yml': `${ROUTE}---\nx: 1\n` },
      {},
      'rules/a.yml:3:1: only the first document of a file is read; what follows --- is ignored [second-document]',
    ],
    [
      'a recording rule',
      { 'rules/a.yml': 'groups: [{ name: g, rules: [{ record: "a:b", expr: up }] }]' },
      {},
      'rules/a.yml:1:39 groups[0].rules[0].record: a:b is a recording rule, which is not evaluated here: leave it with Prometheus, which stores what it records [recording-rule]',
    ],
    [
      'links that lead nowhere',
      {},
      { HOST: '0.0.0.0', RETUNE_API_TOKEN: 'x' },
      'environment RETUNE_EXTERNAL_URL: not set: links in messages point to http://localhost:8686 [no-external-url]',
    ],
  ])('of %s', async (_, files, env, expected) => {
    expect(await warnings(files, env)).toContain(expected);
  });
});
