import { readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { RuleGroupForm } from '../rules/rule-group.schema.js';
import type { ConfigIssue, Position } from '../settings/config-issue.js';
import { loadSettings } from '../settings/load-settings.store.js';
import { checkValue, issueAt } from '../settings/read-yaml.js';
import { readRulesFile } from '../settings/read-rules-file.js';
import { readRulesFiles, readText } from '../settings/rules-directory.store.js';
import type { RulesSettings } from '../settings/settings.js';
import { parseYaml } from '../settings/yaml-source.js';
import { matchesName } from './match-name.js';
import { RuleTestFile } from './rule-test.schema.js';

/** A test file and the rules it names, free of errors. */
export interface LoadedTests {
  /** As people know it. */
  readonly file: string;
  readonly tests: RuleTestFile;
  /** The file as it was written: plain data. */
  readonly written: Readonly<Record<string, unknown>>;
  readonly rules: RulesSettings;
  /** Groups as written, recording rules among them, by the key of the group. */
  readonly forms: ReadonlyMap<string, RuleGroupForm>;
  /** Where a path of the test file stands. */
  readonly positionOf: (path: readonly (string | number)[]) => Position;
}

/** The tests, or everything that is wrong with them and with the rules they name. */
export type ReadTests =
  | { readonly ok: true; readonly loaded: LoadedTests }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

/** Reads a test file, and as the service would the rules it names; the environment has no part in it. */
export async function readRuleTests(file: string, cwd: string): Promise<ReadTests> {
  const path = resolve(cwd, file);
  const read = await readText(path);
  if (!('text' in read))
    return { ok: false, issues: [{ file, path: '', message: `cannot be read: ${read.cause}` }] };
  const { source, issues, warnings } = parseYaml(file, read.text);
  if (source === undefined || issues.length + warnings.length > 0)
    return { ok: false, issues: [...issues, ...warnings] };
  const checked = checkValue(source, [], source.value ?? {}, RuleTestFile, dirname(path));
  if (!checked.ok) return checked;

  const files: string[] = [];
  const missing: ConfigIssue[] = [];
  for (const [index, pattern] of checked.value.rule_files.entries()) {
    const found = await filesLike(pattern, dirname(path));
    if (found.length === 0)
      missing.push(issueAt(source, ['rule_files', index], `no file is like ${pattern}`));
    files.push(...found.map((each) => relative(cwd, each)));
  }
  if (missing.length > 0) return { ok: false, issues: missing };
  const loaded = await loadSettings({}, cwd, { files });
  if (!loaded.ok) return { ok: false, issues: loaded.issues };
  const { files: texts } = await readRulesFiles(files, cwd);
  const forms = new Map(
    texts
      .map(readRulesFile)
      .flatMap(({ name, sections }) =>
        (sections.groups ?? []).map((form) => [`${name};${form.name}`, form] as const),
      ),
  );
  return {
    ok: true,
    loaded: {
      file,
      tests: checked.value,
      written: source.value as Readonly<Record<string, unknown>>,
      rules: loaded.settings.rules,
      forms,
      positionOf: (at) => source.positionOf(at),
    },
  };
}

/** The files a pattern such as `rules/*.yml` names, in order; `*`, `?` and `[…]` as in Go's `filepath.Glob`. */
async function filesLike(pattern: string, folder: string): Promise<readonly string[]> {
  const parts = (isAbsolute(pattern) ? pattern : join(folder, pattern)).split(sep);
  let found = [parts[0] === '' ? sep : (parts[0] as string)];
  for (const [index, part] of parts.slice(1).entries()) {
    const last = index === parts.length - 2;
    if (!/[*?[]/.test(part)) {
      found = found.map((path) => join(path, part));
      continue;
    }
    const each = await Promise.all(
      found.map(async (path) => {
        const names = await readdir(path, { withFileTypes: true }).catch(() => []);
        return names
          .filter((entry) => matchesName(part, entry.name) && !(last && entry.isDirectory()))
          .map(({ name }) => join(path, name));
      }),
    );
    found = each.flat().toSorted();
  }
  return found;
}
