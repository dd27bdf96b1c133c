import { parseMatcher } from '../alerts/matcher-parse.js';
import type { Matcher } from '../alerts/matcher.js';
import type { DriftReference } from '../drift/reference.js';
import { channelDefaults, Global } from '../notifications/global.schema.js';
import { compileCiTarget } from '../retraining/ci.schema.js';
import { compilePolicy } from '../retraining/policy.js';
import { compileRoutes } from '../routing/compile-routes.js';
import { compileInhibitRules } from '../routing/inhibition.js';
import { compileTimeIntervals } from '../routing/mute-timing.js';
import { compileRuleGroups } from '../rules/compile-rules.js';
import { toModelFacts } from '../rules/model.schema.js';
import type { ReadFile } from './read-rules-file.js';
import type { RulesFile } from './rules-file.schema.js';
import type { RulesSettings } from './settings.js';

/** The runtime form of the files, and what their author should know. */
export interface CompiledSettings {
  readonly rules: RulesSettings;
  readonly warnings: readonly string[];
}

/** A matcher that was found to parse before. */
function checkedMatcher(text: string): Matcher {
  const parsed = parseMatcher(text);
  if (!parsed.ok)
    throw new Error(`the matcher ${text} passed validation and does not parse: ${parsed.error.message}`);
  return parsed.matcher;
}

/**
 * The runtime form of files that were found free of errors, one by one and together.
 * `references` are the drift references by the path that `models[].reference.file` names.
 */
export function compileSettings(
  files: readonly ReadFile[],
  references: ReadonlyMap<string, DriftReference>,
  options: { readonly defaultIntervalMs: number },
): CompiledSettings {
  const all = <Section extends keyof RulesFile>(
    section: Section,
  ): readonly NonNullable<RulesFile[Section]>[] =>
    files.map(({ sections }) => sections[section]).filter((value) => value !== undefined && value !== null);

  const modelForms = all('models').flat();
  const models = new Map(
    modelForms.map((model) => [model.name, toModelFacts(model, references.get(model.reference?.file ?? ''))]),
  );
  const compiled = files.map(({ file, name, sections }) => {
    const { groups, warnings } = compileRuleGroups(name, sections.groups ?? [], models, options);
    const placed = warnings.map((text) =>
      text.startsWith(`${name}:`) ? file + text.slice(name.length) : text,
    );
    return { groups, warnings: placed };
  });
  const global = all('global')[0] ?? Global.parse({});
  const [tree] = all('route');
  const rules: RulesSettings = {
    groups: compiled.flatMap(({ groups }) => groups),
    models,
    modelForms,
    route: tree && compileRoutes(tree),
    receivers: all('receivers').flat(),
    inhibitRules: compileInhibitRules(all('inhibit_rules').flat()),
    timeIntervals: compileTimeIntervals([...all('time_intervals'), ...all('mute_time_intervals')].flat()),
    channelDefaults: channelDefaults(global),
    resolveTimeoutMs: global.resolveTimeoutMs,
    policies: all('policies')
      .flat()
      .map((policy) => compilePolicy(policy, checkedMatcher)),
    ciTargets: all('ci').flat().map(compileCiTarget),
  };
  return { rules, warnings: compiled.flatMap(({ warnings }) => warnings) };
}
