import type { LoadedSettings } from './settings.js';
import { formatIssue } from './config-issue.js';

/** What `retune check` prints: problems go to standard error, the summary to standard output. */
export interface CheckReport {
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly summary: string;
}

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** The outcome of loading, for a person: `3 files, 4 groups, 12 rules, 2 receivers, 1 policy: ok`. */
export function checkReport(loaded: LoadedSettings): CheckReport {
  if (!loaded.ok) {
    return {
      ok: false,
      problems: loaded.issues.map(formatIssue),
      summary: `${counted(loaded.issues.length, 'error')} found`,
    };
  }
  const { files, rules } = loaded.settings;
  const parts = [
    counted(files.length, 'file'),
    counted(rules.groups.length, 'group'),
    counted(
      rules.groups.reduce((sum, group) => sum + group.rules.length, 0),
      'rule',
    ),
    counted(rules.receivers.length, 'receiver'),
    counted(rules.policies.length, 'policy', 'policies'),
  ];
  return {
    ok: true,
    problems: loaded.warnings.map((text) => `warning: ${text}`),
    summary: `${parts.join(', ')}: ok`,
  };
}
