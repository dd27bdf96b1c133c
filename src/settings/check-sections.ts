import { parseMatcher } from '../alerts/matcher-parse.js';
import { channels } from '../notifications/channels/index.js';
import { channelDefaults, Global } from '../notifications/global.schema.js';
import type { Receiver } from '../notifications/receiver.schema.js';
import type { ConfigIssue, ConfigPath } from './config-issue.js';
import {
  type Mention,
  mentionsOfHeartbeats,
  mentionsOfPolicies,
  mentionsOfRoute,
  namesIn,
} from './named-things.js';
import { type ConfigNotice, noticeAt, noticeOf, type SettingsLint } from './notice.js';
import type { ReadFile } from './read-rules-file.js';
import { issueAt } from './read-yaml.js';

/** Where the nth target of a type stands in a receiver; its whole list when one entry may have become several targets. */
function placeOf(
  receiver: Receiver,
  type: string,
  configKey: string,
  index: number,
  written: unknown,
): ConfigPath {
  const targets = receiver.integrations.filter((integration) => integration.type === type).length;
  return Array.isArray(written) && written.length === targets ? [configKey, index] : [configKey];
}

/** What targets of receivers lack even with the `global` section laid under them, such as the address of a webhook. */
export function missingChannelFields(files: readonly ReadFile[]): readonly ConfigIssue[] {
  const globals = files.filter(
    ({ source }) => (source?.value as { global?: unknown } | undefined)?.global != null,
  );
  // With a faulty global section nobody can tell what is missing.
  if (globals.some(({ sections }) => sections.global === undefined)) return [];
  const defaults = channelDefaults(globals[0]?.sections.global ?? Global.parse({}));
  return files.flatMap(({ source, sections }) =>
    (sections.receivers ?? []).flatMap((receiver, place) =>
      receiver.integrations.flatMap(({ type, index, config }) => {
        const channel = channels.find((candidate) => candidate.type === type);
        if (source === undefined || channel === undefined) return [];
        const written = (source.value as { receivers?: Record<string, unknown>[] }).receivers?.[place]?.[
          channel.configKey
        ];
        const path = ['receivers', place, ...placeOf(receiver, type, channel.configKey, index, written)];
        return channel.missing(config, defaults).map((message) => issueAt(source, path, message));
      }),
    ),
  );
}

/** Matchers in the conditions of policies that do not parse. */
export function badPolicyMatchers(files: readonly ReadFile[]): readonly ConfigIssue[] {
  return files
    .flatMap(({ source }) => (source === undefined ? [] : mentionsOfPolicies(source).matchers))
    .flatMap(({ name, source, path }) => {
      const parsed = parseMatcher(name);
      return parsed.ok ? [] : [issueAt(source, path, parsed.error.message)];
    });
}

/** Budgets that name a cost while nobody says what a run costs, or too small for a single run: nothing could ever start. */
export function unpayableBudgets(files: readonly ReadFile[]): readonly ConfigIssue[] {
  const costs = new Map(
    files
      .flatMap(({ sections }) => sections.models ?? [])
      .flatMap(({ name, cost_per_run: cost }) => (cost === undefined ? [] : [[name, cost.amount] as const])),
  );
  return files.flatMap(({ source, sections }) =>
    (sections.policies ?? []).flatMap(({ model, budget, cost_per_run: own }, place) => {
      // The schema has compared it with a cost of the policy's own.
      if (source === undefined || budget.cost === undefined || own !== undefined) return [];
      const cost = costs.get(model);
      if (cost !== undefined && cost <= budget.cost) return [];
      const message =
        cost === undefined
          ? `a budget with a cost needs to know what a run costs, else nothing ever starts: write cost_per_run in the policy, or in the model ${JSON.stringify(model)}`
          : `expected at least what one run of ${JSON.stringify(model)} costs, ${cost}, got ${budget.cost}: no run could ever start`;
      return [issueAt(source, ['policies', place, 'budget', 'cost'], message)];
    }),
  );
}

/** What is valid in a whole folder and most likely not meant. `folder` is what people call it. */
export function oddities(files: readonly ReadFile[], folder: string): readonly ConfigNotice[] {
  const whole = { file: folder, path: '' };
  if (files.length === 0) {
    const message = 'no *.yml or *.yaml file in it: nothing is watched';
    return [noticeOf('no-files', { ...whole, message })];
  }
  const sources = files.flatMap(({ source }) => source ?? []);
  const given = (section: string): readonly Mention[] =>
    sources.flatMap((source) => namesIn(source, section));
  const used = new Set(
    sources
      .flatMap((source) => [...mentionsOfRoute(source).receivers, ...mentionsOfHeartbeats(source).receivers])
      .map(({ name }) => name),
  );
  const policies = sources.map(mentionsOfPolicies);
  const targets = new Set(policies.flatMap(({ ciTargets }) => ciTargets).map(({ name }) => name));
  const routed = files.some(({ sections }) => sections.route !== undefined);
  const unused = (lint: SettingsLint, what: string, names: readonly Mention[]): readonly ConfigNotice[] =>
    names.map(({ name, source, path }) => noticeAt(lint, source, path, `${what} ${JSON.stringify(name)}`));
  const message = 'no file has a route: alerts are shown in the console, and nobody is told';
  return [
    ...(routed
      ? unused(
          'unused-receiver',
          'no route leads to the receiver',
          given('receivers').filter(({ name }) => !used.has(name)),
        )
      : [noticeOf('no-route', { ...whole, message })]),
    ...unused(
      'unused-ci-target',
      'no policy runs the ci target',
      given('ci').filter(({ name }) => !targets.has(name)),
    ),
  ];
}
