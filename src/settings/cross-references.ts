import { didYouMean } from '../schema/did-you-mean.js';
import { type ConfigIssue, formatPath, formatPlace } from './config-issue.js';
import {
  alertNamesIn,
  type Mention,
  mentionsOfHeartbeats,
  mentionsOfPolicies,
  mentionsOfRoute,
  modelsOfRulesIn,
  namesIn,
} from './named-things.js';
import { issueAt } from './read-yaml.js';
import { SINGLE_SECTIONS } from './rules-file.schema.js';
import type { YamlSource } from './yaml-source.js';

const issueOf = ({ source, path }: Mention, message: string): ConfigIssue => issueAt(source, path, message);

/** Names used and never given. */
function unknownNames(
  used: readonly Mention[],
  given: readonly Mention[],
  thing: string,
  hint: (name: string) => string = () => '',
): readonly ConfigIssue[] {
  const names = new Set(given.map(({ name }) => name));
  return used
    .filter(({ name }) => !names.has(name))
    .map((mention) => {
      const correction = didYouMean(mention.name, names) || hint(mention.name);
      return issueOf(mention, `no ${thing} is named ${JSON.stringify(mention.name)}${correction}`);
    });
}

/** Names given twice; the later one is told where the earlier one stands. */
function repeatedNames(given: readonly Mention[], thing: string, advice = 'rename'): readonly ConfigIssue[] {
  const first = new Map<string, Mention>();
  return given.flatMap((mention) => {
    const earlier = first.get(mention.name);
    if (earlier === undefined) {
      first.set(mention.name, mention);
      return [];
    }
    const place = formatPlace(earlier.source.file, earlier.source.positionOf(earlier.path));
    const message = `there is already a ${thing} named ${JSON.stringify(mention.name)}, at ${place}; ${advice} one of them`;
    return [issueOf(mention, message)];
  });
}

/** Sections that only one file may have, in a second file. */
function repeatedSections(sources: readonly YamlSource[]): readonly ConfigIssue[] {
  return SINGLE_SECTIONS.flatMap((section) => {
    const [first, ...others] = sources.filter(
      ({ value }) => (value as Record<string, unknown> | undefined)?.[section] != null,
    );
    return others.map((source): ConfigIssue => {
      const place = first && formatPlace(first.file, first.keyPositionOf([section]));
      return {
        file: source.file,
        position: source.keyPositionOf([section]),
        path: formatPath([section]),
        message: `only one file may have ${section}, and ${place} has it already`,
      };
    });
  });
}

/** Names that are given more than once, and sections that stand in more than one file. */
export function repetitions(sources: readonly YamlSource[]): readonly ConfigIssue[] {
  const given = (section: string): readonly Mention[] =>
    sources.flatMap((source) => namesIn(source, section));
  const heartbeats = sources.map(mentionsOfHeartbeats);
  return [
    ...repeatedSections(sources),
    ...sources.flatMap((source) => repeatedNames(namesIn(source, 'groups'), 'group')),
    ...repeatedNames(given('receivers'), 'receiver'),
    ...repeatedNames(given('models'), 'model'),
    ...repeatedNames(given('policies'), 'policy'),
    ...repeatedNames(given('ci'), 'ci target'),
    ...repeatedNames(
      heartbeats.flatMap(({ receivers }) => receivers),
      'heartbeat to a receiver',
      'remove',
    ),
    ...repeatedNames(
      heartbeats.flatMap(({ expected }) => expected),
      'heartbeat',
    ),
    ...repeatedNames([...given('time_intervals'), ...given('mute_time_intervals')], 'time interval'),
  ];
}

/**
 * Names that point nowhere: receivers and time intervals of routes, rules, models and CI targets of policies.
 * Works on what is written, so that errors of form elsewhere in the same section do not hide these.
 */
export function danglingNames(sources: readonly YamlSource[]): readonly ConfigIssue[] {
  const given = (...sections: readonly string[]): readonly Mention[] =>
    sections.flatMap((section) => sources.flatMap((source) => namesIn(source, section)));
  const routes = sources.map(mentionsOfRoute);
  const policies = sources.map(mentionsOfPolicies);
  return [
    ...unknownNames(
      [...routes, ...sources.map(mentionsOfHeartbeats)].flatMap(({ receivers }) => receivers),
      given('receivers'),
      'receiver',
    ),
    ...unknownNames(
      routes.flatMap(({ timeIntervals }) => timeIntervals),
      given('time_intervals', 'mute_time_intervals'),
      'time interval',
    ),
    ...unknownNames(
      policies.flatMap(({ rules }) => rules),
      sources.flatMap(alertNamesIn),
      'alerting rule',
      (name) =>
        `; an alert that comes from elsewhere is named by { matchers: ['alertname=${JSON.stringify(name)}'] }`,
    ),
    ...unknownNames(
      policies.flatMap(({ models }) => models),
      [...given('models'), ...sources.flatMap(modelsOfRulesIn)],
      'model',
      () => ' in models, and no rule is about it',
    ),
    ...unknownNames(
      policies.flatMap(({ ciTargets }) => ciTargets),
      given('ci'),
      'ci target',
    ),
  ];
}
