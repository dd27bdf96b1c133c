import { z } from 'zod';
import { Heartbeats } from '../heartbeats/heartbeats.schema.js';
import { Global } from '../notifications/global.schema.js';
import { Receivers } from '../notifications/receiver.schema.js';
import { CiTargets } from '../retraining/ci.schema.js';
import { Policies } from '../retraining/policy.schema.js';
import { InhibitRules, RouteTree, TimeIntervals } from '../routing/route.schema.js';
import { Silences } from '../routing/silences.schema.js';
import { Models } from '../rules/model.schema.js';
import { RuleGroups } from '../rules/rule-group.schema.js';

/**
 * What a file in the rules directory may hold: the sections of a Prometheus rule file, those of an alertmanager.yml,
 * and ours, in any mixture.
 */
export const RulesFile = z.strictObject({
  groups: RuleGroups.optional().describe(
    'alerting rules, as in Prometheus; a rule may have a model kind in the place of expr',
  ),
  models: Models.optional().describe('what is known about models besides their metrics'),
  policies: Policies.optional().describe('when a model is trained anew'),
  ci: CiTargets.optional().describe('where training runs'),
  global: Global.optional().describe('what receivers fall back to, as in alertmanager.yml; in one file only'),
  route: RouteTree.optional().describe(
    'who hears about which alert, as in alertmanager.yml; in one file only',
  ),
  receivers: Receivers.optional().describe('how people are reached, as in alertmanager.yml'),
  inhibit_rules: InhibitRules.optional().describe(
    'which alerts make others redundant, as in alertmanager.yml',
  ),
  time_intervals: TimeIntervals.optional().describe('named times for routes, as in alertmanager.yml'),
  mute_time_intervals: TimeIntervals.optional().describe('older name of time_intervals'),
  heartbeats: Heartbeats.optional().describe('signs of life, sent and expected'),
  silences: Silences.optional().describe(
    'how long a silence may last, and whether people are told before it ends; in one file only',
  ),
  templates: z
    .array(z.string())
    .optional()
    .describe(
      'patterns of files with templates for messages, as in alertmanager.yml; from the folder of the file',
    ),
  tracing: z.unknown().optional().describe('read from an alertmanager.yml without effect'),
});
export type RulesFile = z.output<typeof RulesFile>;

/** The name of a section. */
export type Section = keyof RulesFile;

/** Every section there is. */
export const SECTIONS = Object.keys(RulesFile.shape) as readonly Section[];

/** Sections that describe the whole and so may be written only once over all files. */
export const SINGLE_SECTIONS: readonly Section[] = ['global', 'route', 'silences'];
