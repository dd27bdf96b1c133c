import { describe, expect, it } from '@jest/globals';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { OPTIONS } from '../../src/commands/backtest-options.js';
import { DriftReferenceFile } from '../../src/drift/drift-reference.schema.js';
import { METRIC_DEFINITIONS } from '../../src/instrumentation/metric-definitions.js';
import { channels } from '../../src/notifications/channels/index.js';
import { Metrics } from '../../src/platform/metrics.client.js';
import { ciProviders } from '../../src/retraining/ci/index.js';
import { ruleKinds } from '../../src/rules/kinds/index.js';
import { metricNames } from '../../src/promql/check-promql.js';
import { formatIssue } from '../../src/settings/config-issue.js';
import { EnvironmentVariables } from '../../src/settings/environment.schema.js';
import { loadSettings } from '../../src/settings/load-settings.store.js';
import { ALL_LINTS } from '../../src/settings/notice.js';
import { RulesFile, SECTIONS } from '../../src/settings/rules-file.schema.js';
import { tempDir } from '../support/temp-dir.js';
import { dependencyCruiserRules } from './import-rules.cjs';
import { anchors, codeBlocks, linkTargets, plain, rowsUnder, tables } from './read-markdown.js';

const read = (path: string): string => readFileSync(path, 'utf8');
const README = read('README.md');
const PAGES = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const WRITTEN = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...PAGES];
const SOURCES = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
  .map((path) => read(join('src', path)));

/** Blocks of a language in a page, each with its place for the name of a test. */
function blocksOf(
  page: string,
  language: string,
): readonly { readonly place: string; readonly text: string }[] {
  return codeBlocks(read(page))
    .filter((block) => block.language === language)
    .map(({ text, line }) => ({ place: `${page}:${line}`, text }));
}

/** `retune_…` → type and labels, as the sources declare them. */
function declaredMetrics(): ReadonlyMap<
  string,
  { readonly type: string; readonly labels: readonly string[] }
> {
  const call = /\.(counter|gauge|seconds)\(\s*'(retune_\w+)',\s*'[^']*'(?:,\s*\[([^\]]*)\])?/g;
  const found = SOURCES.flatMap((source) => [...source.matchAll(call)]);
  return new Map(
    found.map(([, method = '', name = '', labels = '']) => [
      name,
      {
        type: method === 'seconds' ? 'histogram' : method,
        labels: [...labels.matchAll(/'(\w+)'/g)].map(([, label]) => label ?? ''),
      },
    ]),
  );
}

/** `GET /api/runs/:id` for every route of every controller that is part of the API. */
function declaredRoutes(): readonly string[] {
  return SOURCES.flatMap((source) => {
    const prefix = /@Controller\((?:'([^']*)')?\)/.exec(source);
    if (prefix === null) return [];
    return [...source.matchAll(/^ {2}@(Get|Post|Put|Patch|Delete)\((?:'([^']*)')?\)/gm)].map(
      ([, method, path]) => `${method?.toUpperCase()} /${[prefix[1], path].filter(Boolean).join('/')}`,
    );
  });
}

describe('the README', () => {
  it('lists the variables of the environment with their defaults', () => {
    const schema = z.toJSONSchema(EnvironmentVariables, { io: 'input', unrepresentable: 'any' });
    const expected = Object.entries(schema.properties ?? {}).map(([name, property]) => [
      name,
      (property as { default?: string }).default,
    ]);
    const listed = rowsUnder(README, 'Environment').map(([name, value = '']) => [
      plain(name),
      value.startsWith('`') ? plain(value) : undefined,
    ]);
    expect(listed).toEqual(expected);
  });

  it('lists every request the API answers', () => {
    const listed = rowsUnder(README, 'API').map(([request]) => plain(request));
    expect(listed.toSorted()).toEqual(declaredRoutes().toSorted());
  });

  it('lists the metrics of the service with their types and labels', () => {
    const listed = rowsUnder(README, 'Metrics of Retune itself').map(([name, type, labels = '']) => [
      plain(name),
      { type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label ?? '') },
    ]);
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(declaredMetrics()));
  });

  it('lists the metrics of a model with their labels', () => {
    const listed = rowsUnder(README, 'What a model has to show').map(([metric]) => plain(metric));
    const expected = Object.entries(METRIC_DEFINITIONS).map(
      ([name, { labels }]) => `${name}{${labels.join(', ')}}`,
    );
    expect(listed.toSorted()).toEqual(expected.toSorted());
  });

  it('lists kinds, channels and CI systems as the registries do', () => {
    const rows = (heading: string): readonly (readonly string[])[] =>
      rowsUnder(README, heading).map((cells) => cells.map((cell) => plain(plain(cell))));
    expect(rows('Kinds of rules')).toEqual(ruleKinds.map(({ kind, summary }) => [kind, summary]));
    expect(rows('Channels')).toEqual(
      channels.map(({ type, configKey, summary }) => [type, configKey, summary]),
    );
    expect(rows('CI systems')).toEqual(ciProviders.map(({ type, summary }) => [type, summary]));
  });
});

describe('docs/', () => {
  it('dependencies.md names every package and no other', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const named = (heading: string): readonly string[] =>
      rowsUnder(read('docs/dependencies.md'), heading).map(([name]) => plain(name));
    const declared = (section: string): readonly string[] => Object.keys(manifest[section] ?? {}).toSorted();
    expect(named('In the service')).toEqual(declared('dependencies'));
    expect(named('PostgreSQL for a first start')).toEqual(declared('optionalDependencies'));
    expect(named('For development')).toEqual(declared('devDependencies'));
  });

  it('design.md shows who may import whom as it is checked', () => {
    const expected = dependencyCruiserRules().flatMap(({ comment }) => {
      const [, folder, allowed] = /^([\w-]+)\/ may import (?!.*`import type`)(.+)$/.exec(comment) ?? [];
      return folder === undefined ? [] : [[folder, allowed]];
    });
    const listed = rowsUnder(read('docs/design.md'), 'Who may import whom');
    expect(listed.map(([folder, allowed]) => [plain(folder), allowed])).toEqual(expected);
  });

  it("notifications.md lists the service's own alerts", () => {
    const raised = SOURCES.flatMap((source) => [...source.matchAll(/'(Ret(?:une|raining)[A-Z]\w+)'/g)]);
    const names = new Set(raised.map(([, name]) => name ?? ''));
    const listed = rowsUnder(read('docs/notifications.md'), "Retune's own alerts").map(([name]) =>
      plain(name),
    );
    expect(listed.toSorted()).toEqual([...names].toSorted());
  });

  it('rules.md and retraining.md list kinds and CI systems', () => {
    const kinds = rowsUnder(read('docs/rules.md'), 'Kinds').map(([kind]) => plain(kind));
    expect(kinds).toEqual(ruleKinds.map(({ kind }) => kind));
    const systems = rowsUnder(read('docs/retraining.md'), 'CI systems').map(([type]) => plain(type));
    expect(systems).toEqual(ciProviders.map(({ type }) => type));
  });

  it('lints.md says of every lint how bad it is, what it finds and what to write instead', () => {
    const expected = ALL_LINTS.map(({ id, severity, finds, instead }) => [id, severity, finds, instead]);
    const listed = rowsUnder(read('docs/lints.md'), 'All lints');
    expect(listed.map(([id, ...cells]) => [plain(id), ...cells])).toEqual(expected);
  });

  it('backtest.md lists the options of the command with their defaults', () => {
    const rows = rowsUnder(read('docs/backtest.md'), 'Options');
    const listed = rows.map(([option, value = '']) => [
      plain(option).slice(2),
      /^`[^A-Z]+`$/.test(value) ? plain(value) : undefined,
    ]);
    const expected = Object.entries(OPTIONS).map(([name, option]) => [
      name,
      'default' in option ? option.default : undefined,
    ]);
    expect(listed).toHaveLength(expected.length);
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(expected));
  });

  it('configuration.md lists the sections of a rules file', () => {
    const rows = rowsUnder(read('docs/configuration.md'), 'Rules files');
    const listed = rows.flatMap(([sections = '']) =>
      [...sections.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''),
    );
    expect(listed.toSorted()).toEqual([...SECTIONS].toSorted());
  });
});

describe.each(WRITTEN)('%s', (page) => {
  const text = read(page);

  it('links only to what is there', () => {
    const dead = linkTargets(text).filter((target) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && !anchors(read(file)).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  it('has tables whose rows have as many cells as their header', () => {
    const crooked = tables(text).flatMap(({ header, rows }) =>
      rows.filter((cells) => cells.length !== header.length).map((cells) => cells.join(' | ')),
    );
    expect(crooked).toEqual([]);
  });
});

describe('every example in the pages', () => {
  const yaml = WRITTEN.flatMap((page) => blocksOf(page, 'yaml'));
  const withRules = ['README.md', ...PAGES].filter((page) =>
    blocksOf(page, 'yaml').some(({ text }) => text.startsWith('# rules/')),
  );

  it.each(withRules)('of rules files in %s loads, all of one page together', async (page) => {
    const cwd = tempDir();
    mkdirSync(join(cwd, 'rules'));
    cpSync('rules/references', join(cwd, 'rules/references'), { recursive: true });
    for (const { place, text } of blocksOf(page, 'yaml')) {
      const name = /^# (rules\/[\w-]+\.yml)\n/.exec(text)?.[1];
      if (name === undefined) continue;
      const taken = existsSync(join(cwd, name)) ? place : undefined;
      expect(taken).toBeUndefined();
      writeFileSync(join(cwd, name), text);
    }
    const loaded = await loadSettings({}, cwd);
    expect(loaded.ok ? [] : loaded.issues.map(formatIssue)).toEqual([]);
  });

  it('of rules files is found', () => {
    expect(withRules).toEqual(expect.arrayContaining(['README.md', 'docs/rules.md', 'docs/retraining.md']));
  });

  it.each(yaml.map(({ place, text }) => [place, text] as const))(
    'of YAML at %s is YAML, and a rules file where it looks like one',
    (_place, text) => {
      const value: unknown = parse(text);
      const sections = Object.keys((value as object | null) ?? {});
      if (sections.some((key) => SECTIONS.some((section) => section === key))) {
        expect(RulesFile.safeParse(value).error?.issues).toBeUndefined();
      }
    },
  );

  it('of PromQL over our own metrics names metrics there are', () => {
    const ofProcess = new Metrics().registry.getMetricsAsArray().map(({ name }) => name);
    const known = new Set([...ofProcess, ...declaredMetrics().keys()]);
    const groups = yaml.flatMap(({ text }) => (parse(text) as { groups?: unknown } | null)?.groups ?? []);
    const asked = groups.flatMap((group) =>
      ((group as { rules?: { expr?: string }[] }).rules ?? []).flatMap(({ expr }) => [
        ...metricNames(expr ?? ''),
      ]),
    );
    const ours = asked.filter((name) => name.startsWith('retune_'));
    expect(ours.length).toBeGreaterThan(3);
    expect(ours.filter((name) => !known.has(name))).toEqual([]);
  });

  const json = WRITTEN.flatMap((page) => blocksOf(page, 'json'));
  it.each(json.map(({ place, text }) => [place, text] as const))(
    'of JSON at %s is JSON, and a drift reference where it says so',
    (_place, text) => {
      const value = JSON.parse(text) as { format?: string };
      if (value.format === 'drift-reference/1')
        expect(DriftReferenceFile.safeParse(value).error?.issues).toBeUndefined();
    },
  );
});
