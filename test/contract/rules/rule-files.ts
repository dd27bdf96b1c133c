import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'yaml';
import { compileRuleGroups } from '../../../src/rules/compile-rules.js';
import { RuleGroups } from '../../../src/rules/rule-group.schema.js';
import type { Rule } from '../../../src/rules/rule.js';

const KINDS = new URL('../../../src/rules/kinds/', import.meta.url);

/** The folders beside the registry of kinds. */
export function kindFolders(): readonly string[] {
  return readdirSync(KINDS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** The first fenced block of a language in a kind's README. */
export function readmeBlock(folder: string, language: string): string {
  const readme = readFileSync(new URL(`${folder}/README.md`, KINDS), 'utf8');
  const block = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1];
  if (block === undefined) throw new Error(`${folder}/README.md has no ${language} block`);
  return block;
}

/** The rules of a YAML text that holds `groups`. Throws what the schema complains about. */
export function rulesOf(yaml: string): readonly Rule[] {
  const { groups } = parse(yaml) as { readonly groups: unknown };
  const compiled = compileRuleGroups('test.yml', RuleGroups.parse(groups), new Map(), {
    defaultIntervalMs: 60_000,
  });
  return compiled.flatMap(({ rules }) => rules);
}

/** Rules made from a kind's spec, for models of which nothing is known. */
export function rulesFrom(...conditions: readonly object[]): readonly Rule[] {
  return rulesOf(
    JSON.stringify({
      groups: [{ name: 'g', rules: conditions.map((condition) => ({ alert: 'A', ...condition })) }],
    }),
  );
}
