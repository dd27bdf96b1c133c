import type { ConfigPath } from './config-issue.js';
import { ruleKinds } from '../rules/kinds/index.js';
import type { YamlSource } from './yaml-source.js';

/** A name as it stands in a file, wherever it is given or used. */
export interface Mention {
  readonly name: string;
  readonly source: YamlSource;
  readonly path: ConfigPath;
}

type Tree = Readonly<Record<string, unknown>>;

const asTree = (value: unknown): Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What stands at `path` when it is a name. Numbers are names too, as they are written. */
function mention(source: YamlSource, path: ConfigPath, value: unknown): readonly Mention[] {
  const name =
    typeof value === 'string' ? value : typeof value === 'number' ? source.plainTextAt(path) : undefined;
  return name === undefined || name === '' ? [] : [{ name, source, path }];
}

/** Names of the entries of a section: `receivers[*].name` and its like. */
export function namesIn(source: YamlSource, section: string): readonly Mention[] {
  return asList(asTree(source.value)[section]).flatMap((entry, index) =>
    mention(source, [section, index, 'name'], asTree(entry)['name']),
  );
}

/** The rules of a file with their places. */
function rulesIn(
  source: YamlSource,
): readonly { readonly path: ConfigPath; readonly rule: Tree; readonly group: Tree }[] {
  return asList(asTree(source.value)['groups']).flatMap((group, groupIndex) =>
    asList(asTree(group)['rules']).map((rule, index) => ({
      path: ['groups', groupIndex, 'rules', index],
      rule: asTree(rule),
      group: asTree(group),
    })),
  );
}

/** Names of the alerting rules of a file. */
export function alertNamesIn(source: YamlSource): readonly Mention[] {
  return rulesIn(source).flatMap(({ path, rule }) => mention(source, [...path, 'alert'], rule['alert']));
}

/** Models that rules of a file are about: by their kind, or by a model_name label of the rule or its group. */
export function modelsOfRulesIn(source: YamlSource): readonly Mention[] {
  return rulesIn(source).flatMap(({ path, rule, group }) => [
    ...ruleKinds.flatMap(({ kind }) =>
      mention(source, [...path, kind, 'model'], asTree(rule[kind])['model']),
    ),
    ...mention(source, [...path, 'labels', 'model_name'], asTree(rule['labels'])['model_name']),
    ...mention(source, [...path, 'labels', 'model_name'], asTree(group['labels'])['model_name']),
  ]);
}

/** Drift references that models of a file name: the mention is the path as written, `model` whose reference it is. */
export function referencesIn(source: YamlSource): readonly (Mention & { readonly model: unknown })[] {
  return asList(asTree(source.value)['models']).flatMap((entry, index) => {
    const { name, reference } = asTree(entry);
    const path = ['models', index, 'reference', 'file'];
    return mention(source, path, asTree(reference)['file']).map((file) => ({ ...file, model: name }));
  });
}

/** What routes refer to. */
export interface RouteMentions {
  readonly receivers: readonly Mention[];
  readonly timeIntervals: readonly Mention[];
}

/** Receivers and time intervals named by a file's route and everything under it. */
export function mentionsOfRoute(source: YamlSource): RouteMentions {
  const receivers: Mention[] = [];
  const timeIntervals: Mention[] = [];
  const visit = (value: unknown, path: ConfigPath): void => {
    const route = asTree(value);
    receivers.push(...mention(source, [...path, 'receiver'], route['receiver']));
    for (const key of ['mute_time_intervals', 'active_time_intervals']) {
      asList(route[key]).forEach((name, index) =>
        timeIntervals.push(...mention(source, [...path, key, index], name)),
      );
    }
    asList(route['routes']).forEach((child, index) => visit(child, [...path, 'routes', index]));
  };
  visit(asTree(source.value)['route'], ['route']);
  return { receivers, timeIntervals };
}

/** What heartbeats are called, and what they refer to. */
export interface HeartbeatMentions {
  readonly receivers: readonly Mention[];
  readonly expected: readonly Mention[];
}

/** Receivers that a file's heartbeats are sent to, and names of those that it expects. */
export function mentionsOfHeartbeats(source: YamlSource): HeartbeatMentions {
  const named = (list: string, key: string): readonly Mention[] =>
    asList(asTree(asTree(source.value)['heartbeats'])[list]).flatMap((entry, index) =>
      mention(source, ['heartbeats', list, index, key], asTree(entry)[key]),
    );
  return { receivers: named('send', 'receiver'), expected: named('expect', 'name') };
}

/** What policies refer to. */
export interface PolicyMentions {
  readonly models: readonly Mention[];
  readonly ciTargets: readonly Mention[];
  readonly rules: readonly Mention[];
  /** Texts of matchers; the name is the text. */
  readonly matchers: readonly Mention[];
}

/** Models, CI targets and rules named by a file's policies. */
export function mentionsOfPolicies(source: YamlSource): PolicyMentions {
  const models: Mention[] = [];
  const ciTargets: Mention[] = [];
  const rules: Mention[] = [];
  const matchers: Mention[] = [];
  const visit = (condition: unknown, path: ConfigPath): void => {
    rules.push(...mention(source, path, condition));
    asList(asTree(condition)['matchers']).forEach((text, index) =>
      matchers.push(...mention(source, [...path, 'matchers', index], text)),
    );
    for (const key of ['any', 'all']) {
      asList(asTree(condition)[key]).forEach((child, index) => visit(child, [...path, key, index]));
    }
  };
  asList(asTree(source.value)['policies']).forEach((entry, index) => {
    const policy = asTree(entry);
    const path = ['policies', index];
    models.push(...mention(source, [...path, 'model'], policy['model']));
    ciTargets.push(...mention(source, [...path, 'run'], policy['run']));
    const { rollback } = asTree(policy['on_regressed']);
    ciTargets.push(...mention(source, [...path, 'on_regressed', 'rollback'], rollback));
    visit(asTree(policy['trigger']), [...path, 'trigger']);
    asList(policy['block_when']).forEach((child, place) => visit(child, [...path, 'block_when', place]));
  });
  return { models, ciTargets, rules, matchers };
}
