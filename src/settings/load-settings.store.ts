import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { badPolicyMatchers, missingChannelFields, oddities, unpayableBudgets } from './check-sections.js';
import { compileSettings } from './compile-settings.js';
import { type ConfigIssue, formatIssue, sortIssues } from './config-issue.js';
import { danglingNames, repetitions } from './cross-references.js';
import { ENVIRONMENT_SECRETS } from './environment.schema.js';
import { lintFiles } from './lint-files.js';
import { parseEnvironment } from './parse-environment.js';
import { readReferences } from './read-references.store.js';
import { compileMessageTemplates } from '../templates/message-templates.js';
import { fieldsWithoutEffect, templateFileIssues, undefinedTemplates } from './message-templates.js';
import { readRulesFile } from './read-rules-file.js';
import { readTemplateFiles } from './template-files.store.js';
import { readRulesDirectory, readRulesFiles, readText, type TextFile } from './rules-directory.store.js';
import type { LoadedSettings } from './settings.js';

/** Intervals that lints assume while the environment has errors. */
const ASSUMED = { defaultIntervalMs: 60_000, scrapeIntervalMs: 60_000 };

const SECRET_FILES = ENVIRONMENT_SECRETS.map((name) => `${name}_FILE`);

/** Files of secrets that the environment names and that cannot be read: the service would be open, or shut, by mistake. */
async function unreadableSecrets(env: NodeJS.ProcessEnv, cwd: string): Promise<readonly ConfigIssue[]> {
  const issues: ConfigIssue[] = [];
  for (const name of SECRET_FILES) {
    const file = env[name];
    if (file === undefined || file === '') continue;
    const read = await readText(resolve(cwd, file));
    if (!('text' in read))
      issues.push({ file: 'environment', path: name, message: `cannot read ${file}: ${read.cause}` });
    else if (read.text.trim() === '')
      issues.push({ file: 'environment', path: name, message: `${file} is empty` });
  }
  return issues;
}

/** Relative paths of the environment are taken from `cwd`. */
function withAbsolutePaths(env: NodeJS.ProcessEnv, cwd: string): NodeJS.ProcessEnv {
  const files = SECRET_FILES.filter((name) => env[name]).map((name) => [
    name,
    resolve(cwd, env[name] as string),
  ]);
  return { ...env, ...Object.fromEntries(files) };
}

/** Errors of a schema about a name that is also known to be given twice: told once, with both places. */
function withoutEchoes(
  issues: readonly ConfigIssue[],
  repeated: readonly ConfigIssue[],
): readonly ConfigIssue[] {
  const place = (issue: ConfigIssue): string => formatIssue({ ...issue, message: '' });
  const told = new Set(repeated.map(place));
  return issues.filter((issue) => !told.has(place(issue)));
}

/** SHA-256 over names and contents. */
function hashOf(files: readonly TextFile[]): string {
  const hash = createHash('sha256');
  for (const { name, text } of files) hash.update(`${name}\0${text}\0`);
  return hash.digest('hex');
}

/** What `loadSettings` may be told. */
export interface LoadOptions {
  /** Only these files instead of the rules directory: names that they use may then be given elsewhere. */
  readonly files?: readonly string[];
  /** Those files are all there is: names that they use have to be given in them. */
  readonly whole?: boolean;
}

/**
 * Reads the environment and the rules directory: complete settings, or everything that is wrong with them at once.
 * `cwd` is where relative paths of the environment start. Never throws for anything an operator can write.
 */
export async function loadSettings(
  env: NodeJS.ProcessEnv,
  cwd: string,
  options: LoadOptions = {},
): Promise<LoadedSettings> {
  const parsed = parseEnvironment(withAbsolutePaths(env, cwd), { isTty: process.stdout.isTTY });
  const shown = env['RULES_DIR'] || 'rules';
  const folder = resolve(cwd, shown);
  const whole = options.files === undefined || options.whole === true;
  const directory = options.files
    ? await readRulesFiles(options.files, cwd)
    : await readRulesDirectory(folder, shown);

  const files = directory.files.map(readRulesFile);
  const sources = files.flatMap(({ source }) => source ?? []);
  const repeated = repetitions(sources);
  const { references, texts, issues: badReferences } = await readReferences(files, cwd);
  const written = await readTemplateFiles(files, cwd);
  const { templates, errors: badTemplates } = compileMessageTemplates(written.files);
  // A file that cannot be read at all, or was not asked for, may hold any of the names that seem to be missing.
  const complete = whole && sources.length === files.length && directory.issues.length === 0;
  const issues = [
    ...(parsed.ok ? [] : parsed.issues),
    ...(await unreadableSecrets(env, cwd)),
    ...directory.issues,
    ...withoutEchoes(
      files.flatMap((file) => file.issues),
      repeated,
    ),
    ...repeated,
    ...(complete ? [...danglingNames(sources), ...unpayableBudgets(files)] : []),
    ...badPolicyMatchers(files),
    ...missingChannelFields(files),
    ...badReferences,
    ...written.issues,
    ...templateFileIssues(badTemplates),
    ...(complete && badTemplates.length === 0 && written.issues.length === 0
      ? undefinedTemplates(sources, templates)
      : []),
  ];
  const notices = sortIssues([
    ...(parsed.ok ? parsed.notices : []),
    ...files.flatMap((file) => file.notices),
    ...written.notices,
    ...fieldsWithoutEffect(sources),
    ...(complete ? oddities(files, shown) : []),
    ...lintFiles(files, references, {
      ...(parsed.ok ? parsed.environment : ASSUMED),
      modelsKnown: whole && issues.length === 0,
    }),
  ]);
  if (!parsed.ok || issues.length > 0) return { ok: false, issues: sortIssues(issues), notices };

  const { environment } = parsed;
  return {
    ok: true,
    settings: {
      environment: {
        ...environment,
        rulesDir: folder,
        dataDir: resolve(cwd, environment.dataDir),
      },
      rules: compileSettings(files, references, environment, templates),
      files: files.map(({ file }) => file),
      configHash: hashOf([...directory.files, ...texts, ...written.texts]),
    },
    notices,
  };
}
