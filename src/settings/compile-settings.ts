import { parseMatcher } from '../alerts/matcher-parse.js';
import type { Matcher } from '../alerts/matcher.js';
import type { DriftReference } from '../drift/reference.js';
import { withHeartbeats } from '../heartbeats/sent-heartbeat.js';
import { channelDefaults, Global } from '../notifications/global.schema.js';
import type { MessageTemplates } from '../templates/message-templates.js';
import { compileCiTarget } from '../retraining/ci.schema.js';
import { compilePolicy } from '../retraining/policy.js';
import { compileRoutes } from '../routing/compile-routes.js';
import { compileInhibitRules } from '../routing/inhibition.js';
import { compileTimeIntervals } from '../routing/mute-timing.js';
import { compileRuleGroups } from '../rules/compile-rules.js';
import type { ModelFacts } from '../rules/kinds/kind.js';
import { type Model, toModelFacts } from '../rules/model.schema.js';
import type { ReadFile } from './read-rules-file.js';
import type { RulesFile } from './rules-file.schema.js';
import type { RulesSettings } from './settings.js';

/** A matcher that was found to parse before. */
function checkedMatcher(text: string): Matcher {
  const parsed = parseMatcher(text);
  if (!parsed.ok)
    throw new Error(`the matcher ${text} passed validation and does not parse: ${parsed.error.message}`);
  return parsed.matcher;
}

/** What rules may know of the models, by name. `references` as for {@link compileSettings}. */
export function modelsOf(
  models: readonly Model[],
  references: ReadonlyMap<string, DriftReference>,
): ReadonlyMap<string, ModelFacts> {
  return new Map(
    models.map((model) => [model.name, toModelFacts(model, references.get(model.reference?.file ?? ''))]),
  );
}

/**
 * The runtime form of files that were found free of errors, one by one and together.
 * `references` are the drift references by the path that `models[].reference.file` names; `templates` those of messages.
 */
export function compileSettings(
  files: readonly ReadFile[],
  references: ReadonlyMap<string, DriftReference>,
  options: { readonly defaultIntervalMs: number },
  templates?: MessageTemplates,
): RulesSettings {
  const all = <Section extends keyof RulesFile>(
    section: Section,
  ): readonly NonNullable<RulesFile[Section]>[] =>
    files.map(({ sections }) => sections[section]).filter((value) => value !== undefined && value !== null);

  const modelForms = all('models').flat();
  const models = modelsOf(modelForms, references);
  const global = all('global')[0] ?? Global.parse({});
  const [tree] = all('route');
  const heartbeats = {
    send: all('heartbeats').flatMap(({ send }) => send),
    expect: all('heartbeats').flatMap(({ expect }) => expect),
  };
  return {
    groups: files.flatMap(({ name, sections }) =>
      compileRuleGroups(name, sections.groups ?? [], models, options),
    ),
    models,
    modelForms,
    route: withHeartbeats(tree && compileRoutes(tree), heartbeats.send),
    receivers: all('receivers').flat(),
    inhibitRules: compileInhibitRules(all('inhibit_rules').flat()),
    timeIntervals: compileTimeIntervals([...all('time_intervals'), ...all('mute_time_intervals')].flat()),
    channelDefaults: { ...channelDefaults(global), ...(templates && { templates }) },
    resolveTimeoutMs: global.resolveTimeoutMs,
    heartbeats,
    silences: all('silences')[0] ?? {},
    policies: all('policies')
      .flat()
      .map((policy) =>
        compilePolicy(
          policy,
          checkedMatcher,
          modelForms.find(({ name }) => name === policy.model)?.cost_per_run?.amount,
        ),
      ),
    ciTargets: all('ci').flat().map(compileCiTarget),
  };
}
