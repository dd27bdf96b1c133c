import type { ConfigIssue } from './config-issue.js';
import { type ConfigNotice, noticeAt, noticeOf } from './notice.js';
import { checkValue, issueAt } from './read-yaml.js';
import type { RulesText } from './rules-directory.store.js';
import { RulesFile, type Section, SECTIONS } from './rules-file.schema.js';
import { parseYaml, type YamlSource } from './yaml-source.js';

/** One file of the rules directory as far as it can be understood. */
export interface ReadFile {
  /** As people know it: `rules/iris.yml`. */
  readonly file: string;
  /** Relative to the rules directory: `iris.yml`. */
  readonly name: string;
  /** Its directory, absolute: where relative paths in it start. */
  readonly folder: string;
  /** Absent when the text is not YAML or not a map. */
  readonly source?: YamlSource;
  /** The sections without an error. */
  readonly sections: RulesFile;
  readonly issues: readonly ConfigIssue[];
  readonly notices: readonly ConfigNotice[];
}

const NO_EFFECT: readonly Section[] = ['tracing'];

/** Reads one file. Each section is checked for itself, so that an error in one does not hide what the others say. */
export function readRulesFile({ file, name, text, folder }: RulesText): ReadFile {
  const { source, issues: yamlIssues, warnings: yamlWarnings } = parseYaml(file, text);
  const issues: ConfigIssue[] = [...yamlIssues];
  const notices = yamlWarnings.map((warning) => noticeOf('second-document', warning));
  if (source === undefined) return { file, name, folder, sections: {}, issues, notices };

  const written = source.value ?? {};
  if (typeof written !== 'object' || Array.isArray(written)) {
    issues.push(
      issueAt(
        source,
        [],
        `expected sections such as groups or receivers, got ${Array.isArray(written) ? 'a list' : 'one value'}`,
      ),
    );
    return { file, name, folder, sections: {}, issues, notices };
  }
  const unknown = Object.fromEntries(
    Object.entries(written).filter(([key]) => !SECTIONS.some((section) => section === key)),
  );
  const strangers = checkValue(source, [], unknown, RulesFile, folder);
  if (!strangers.ok) issues.push(...strangers.issues);

  const sections: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(written)) {
    const section = SECTIONS.find((known) => known === key);
    if (section === undefined || value === null) continue;
    const checked = checkValue<unknown>(source, [section], value, RulesFile.shape[section], folder);
    if (checked.ok) sections[section] = checked.value;
    else issues.push(...checked.issues);
    if (NO_EFFECT.includes(section))
      notices.push(noticeAt('no-effect', source, [section], 'read without effect'));
  }
  return { file, name, folder, source, sections, issues, notices };
}
