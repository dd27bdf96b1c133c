import type { DriftReference } from '../drift/reference.js';
import { lintRuleGroups } from '../rules/lints/lint-rule-groups.js';
import type { LintFinding } from '../rules/lints/lint-rule-groups.js';
import { modelFacts } from '../rules/lints/model-facts.js';
import { modelsOf } from './compile-settings.js';
import type { ConfigNotice } from './notice.js';
import type { ReadFile } from './read-rules-file.js';
import { issueAt, issueInside } from './read-yaml.js';
import type { YamlSource } from './yaml-source.js';

/** What lints are told of the surroundings; times in milliseconds. */
export interface LintSurroundings {
  readonly defaultIntervalMs: number;
  readonly scrapeIntervalMs: number;
  /** Whether everything that describes a model was read: nobody can tell otherwise what a model lacks. */
  readonly modelsKnown: boolean;
}

/** What is valid in the rules of the files and most likely not meant, each with its place. */
export function lintFiles(
  files: readonly ReadFile[],
  references: ReadonlyMap<string, DriftReference>,
  { modelsKnown, ...intervals }: LintSurroundings,
): readonly ConfigNotice[] {
  const models = modelsOf(
    files.flatMap(({ sections }) => sections.models ?? []),
    references,
  );
  return files.flatMap(({ source, sections }) =>
    source === undefined
      ? []
      : lintRuleGroups(sections.groups ?? [], { ...intervals, models })
          .filter(({ lint }) => modelsKnown || lint !== modelFacts.id)
          .map((finding) => placed(source, finding)),
  );
}

function placed(source: YamlSource, { path, at, message, ...finding }: LintFinding): ConfigNotice {
  if (at === undefined) return { ...issueAt(source, path, message), ...finding };
  return { ...issueInside(source, path, at.line, at.column, message), ...finding };
}
