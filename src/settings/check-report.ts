import { type ConfigIssue, formatIssue } from './config-issue.js';
import { type ConfigNotice, formatNotice } from './notice.js';
import type { LoadedSettings, Settings } from './settings.js';

/** One thing `retune check` found, for programs. */
export interface CheckProblem {
  readonly severity: 'error' | 'warning' | 'info';
  /** The file as the operator knows it, or `environment`. */
  readonly file: string;
  /** Counted from 1; absent where no place in a file is meant. */
  readonly line?: number;
  readonly column?: number;
  /** `groups[0].rules[1].for`, the name of a variable, or empty. */
  readonly path: string;
  /** The lint that found it; absent for errors. */
  readonly lint?: string;
  readonly message: string;
  /** What to write instead, where that can be said by itself. */
  readonly expected?: string;
}

/** What `retune check` says: `ok` becomes the exit code. */
export interface CheckReport {
  readonly ok: boolean;
  /** `3 files, 4 groups, 12 rules, 2 receivers, 1 policy: ok` */
  readonly summary: string;
  /** Errors first, then notices; each in reading order. */
  readonly problems: readonly CheckProblem[];
  /** The same problems for a terminal, one line each. */
  readonly lines: readonly string[];
}

/** How `retune check` was asked. */
export interface CheckOptions {
  /** Lints whose notices are left out. */
  readonly ignore: ReadonlySet<string>;
  /** Whether warnings count as errors do. */
  readonly strict: boolean;
}

/** The outcome of loading. */
export function checkReport(loaded: LoadedSettings, { ignore, strict }: CheckOptions): CheckReport {
  const notices = loaded.notices.filter(({ lint }) => !ignore.has(lint));
  const issues = loaded.ok ? [] : loaded.issues;
  const warnings = notices.filter(({ severity }) => severity === 'warning').length;
  const infos = notices.length - warnings;
  const besides = [
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
    ...(infos > 0 ? [counted(infos, 'info')] : []),
  ];
  const ok = loaded.ok && !(strict && warnings > 0);
  const verdict = [...(ok ? ['ok'] : []), ...besides].join(', ');
  return {
    ok,
    summary: loaded.ok
      ? `${sizeOf(loaded.settings)}: ${verdict}`
      : [`${counted(issues.length, 'error')} found`, ...besides].join(', '),
    problems: [...issues.map(problemOfIssue), ...notices.map(problemOfNotice)],
    lines: [
      ...issues.map(formatIssue),
      ...notices.map((notice) => `${notice.severity}: ${formatNotice(notice)}`),
    ],
  };
}

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

function sizeOf({ files, rules }: Settings): string {
  const all = rules.groups.reduce((sum, group) => sum + group.rules.length, 0);
  return [
    counted(files.length, 'file'),
    counted(rules.groups.length, 'group'),
    counted(all, 'rule'),
    counted(rules.receivers.length, 'receiver'),
    counted(rules.policies.length, 'policy', 'policies'),
  ].join(', ');
}

function placeOf({
  file,
  position,
  path,
}: ConfigIssue): Pick<CheckProblem, 'file' | 'line' | 'column' | 'path'> {
  return { file, ...(position && { line: position.line, column: position.column }), path };
}

function problemOfIssue(issue: ConfigIssue): CheckProblem {
  const { message } = issue;
  const expected =
    /\bexpected (.+?)(?:, got .*)?$/s.exec(message) ?? /\bdid you mean "(.+)"\?$/.exec(message);
  return {
    severity: 'error',
    ...placeOf(issue),
    message,
    ...(expected?.[1] === undefined ? {} : { expected: expected[1] }),
  };
}

function problemOfNotice(notice: ConfigNotice): CheckProblem {
  const { severity, lint, message, expected } = notice;
  return { severity, ...placeOf(notice), lint, message, ...(expected === undefined ? {} : { expected }) };
}
