import { LINTS } from '../rules/lints/index.js';
import type { Lint, LintSeverity } from '../rules/lints/lint.js';
import { type ConfigIssue, type ConfigPath, formatIssue } from './config-issue.js';
import { issueAt } from './read-yaml.js';
import type { YamlSource } from './yaml-source.js';

/** Something that is valid and most likely not meant (`warning`) or could be better (`info`). Stops nothing. */
export interface ConfigNotice extends ConfigIssue {
  readonly severity: LintSeverity;
  /** The lint that found it, as `retune check --ignore` names it. */
  readonly lint: string;
  /** What to write instead, by itself; the message says it too. */
  readonly expected?: string;
}

type LintText = Omit<Lint, 'check'>;

/** What is looked for besides rules, by id. */
const SETTINGS_LINTS = [
  {
    id: 'no-files',
    severity: 'warning',
    finds: 'a rules directory without a `*.yml` or `*.yaml` file: nothing is watched',
    instead: 'point `RULES_DIR` at the folder that holds them',
  },
  {
    id: 'no-route',
    severity: 'warning',
    finds: 'no `route` in any file: alerts are shown in the console, and nobody is told',
    instead: '`route: { receiver: … }` in one of the files',
  },
  {
    id: 'unused-receiver',
    severity: 'warning',
    finds: 'a receiver no route leads to',
    instead: 'a route to it, or nothing',
  },
  {
    id: 'unused-ci-target',
    severity: 'warning',
    finds: 'a CI target no policy runs',
    instead: 'a policy with `run`, or nothing',
  },
  {
    id: 'no-effect',
    severity: 'warning',
    finds: 'a section of an `alertmanager.yml` that is read without effect',
    instead: 'nothing',
  },
  {
    id: 'no-template-file',
    severity: 'warning',
    finds: 'a pattern under `templates` that no file fits',
    instead: 'the path of the files, from the folder of the file that names them',
  },
  {
    id: 'second-document',
    severity: 'warning',
    finds: 'more than one YAML document in a file; only the first is read',
    instead: 'one file per document',
  },
  {
    id: 'no-external-url',
    severity: 'warning',
    finds:
      'a service that other machines reach, without `RETUNE_EXTERNAL_URL`: links in messages may lead nowhere',
    instead: '`RETUNE_EXTERNAL_URL`, the address under which people reach it',
  },
] as const satisfies readonly LintText[];

/** The id of something that is looked for besides rules. */
export type SettingsLint = (typeof SETTINGS_LINTS)[number]['id'];

/** Everything that is looked for, in the order of the table in docs/lints.md. */
export const ALL_LINTS: readonly LintText[] = [...LINTS, ...SETTINGS_LINTS];

/** An issue that stops nothing. */
export function noticeOf(lint: SettingsLint, issue: ConfigIssue): ConfigNotice {
  const { severity } = SETTINGS_LINTS.find(({ id }) => id === lint) as LintText;
  return { ...issue, severity, lint };
}

/** A notice at a path of a file. */
export function noticeAt(
  lint: SettingsLint,
  source: YamlSource,
  path: ConfigPath,
  message: string,
): ConfigNotice {
  return noticeOf(lint, issueAt(source, path, message));
}

/** One line for a terminal, the lint behind it: `rules/iris.yml:12:7 groups[0].rules[1].expr: … [short-range]`. */
export function formatNotice(notice: ConfigNotice): string {
  return `${formatIssue(notice)} [${notice.lint}]`;
}

/** The warnings among the notices, as lines. */
export function warningTexts(notices: readonly ConfigNotice[]): readonly string[] {
  return notices.filter(({ severity }) => severity === 'warning').map(formatNotice);
}
