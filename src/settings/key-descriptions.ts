import { ruleKinds } from '../rules/kinds/index.js';
import { ALERTMANAGER_KEYS } from './alertmanager-keys.js';

/** The same for our own keys and those of Prometheus' rule files, as far as their schemas do not say it. */
const RULE_KEYS: Readonly<Record<string, string>> = {
  'groups.name': 'name of the group, which no other group of the file has',
  'groups.interval': 'how often the rules are evaluated; RETUNE_DEFAULT_INTERVAL unless given',
  'groups.limit': 'most alerts of one rule; 0: no limit',
  'groups.query_offset': 'how much earlier is asked for, for metrics that arrive late',
  'groups.labels': 'labels laid under those of each rule',
  'groups.rules': 'the rules, each an alert with expr or a model kind',
  'groups.retune': 'what Prometheus does not know about groups',
  slots: 'when the group is evaluated: shortly behind the scrapes it reads, or where a hash puts it',
  alert: 'name of the alert',
  record: 'name of a series to store: recording rules are not evaluated here',
  expr: 'PromQL; each series it returns is an alert',
  'rules.for': 'how long the condition must hold before the alert fires',
  'rules.keep_firing_for': 'how long the alert stays once the condition no longer holds',
  'rules.labels': 'further labels of the alert; Go templates',
  'rules.annotations': 'texts for people; Go templates',
  'rules.retune': 'what Prometheus does not know about rules',
  ...Object.fromEntries(ruleKinds.map(({ kind, summary }) => [`rules.${kind}`, summary])),
  on_no_data: 'what missing or stale data mean: keep the alerts, resolve them, or alert about it',
  missing_evaluations:
    'evaluations in a row without data before on_no_data does something, or a series counts as gone',
  on_error: 'keep: a failing evaluation changes nothing; alert: it is told at once',
  recover: 'value at which a firing alert ends, on the healthy side of its line',
  thresholds: 'lines for a warning and for critical, in the place of a comparison in expr',
  'thresholds.above': 'too much beyond these lines',
  'thresholds.below': 'too little beyond these lines',
  'above.warning': 'line of a warning',
  'above.critical': 'line of a critical alert',
  'below.warning': 'line of a warning',
  'below.critical': 'line of a critical alert',
  'retune.limit':
    'what more alerts than the limit of the group mean: the end of all of them, or of the youngest',
  'aggregate.count': 'features that must have drifted',
  'aggregate.share': 'share of the features that must have drifted',
  'aggregate.weighted_share': 'share of the weights that must have drifted',

  'models.name': 'value of the model_name label',
  owner: 'who looks after the model',
  label_delay: 'when the true labels of predictions arrive',
  'models.reference': 'what the model saw and said when it was right',
  'reference.file': 'a drift-reference/1 file; relative to this file',
  amount: 'what one run costs',
  currency: 'code of the currency, such as EUR',

  'policies.name': 'name of the policy',
  'trigger.any': 'conditions of which one is enough: rules by name, matchers, or any and all again',
  'trigger.all': 'conditions that must hold together',
  any: 'conditions of which one is enough',
  all: 'conditions that must hold together',
  'trigger.any.matchers': 'matchers of alerts, all of which one alert must meet',
  'budget.runs': 'most runs in the period',
  'budget.per': 'the period, which rolls on',
  'policies.require': 'what must have arrived before a run is worth its cost',
  'schedule.cron': 'five fields: minute, hour, day of the month, month, day of the week',
  'policies.budget': 'most runs, and most cost, of a rolling period',
  'policies.concurrency': 'how many runs there may be at once, and what happens to another wish',
  verify: 'how a new version is proved on live metrics',
  on_verified: 'what follows when live metrics prove the new version',
  on_not_improved: 'what follows when the new version is no better',
  on_regressed: 'what follows when the new version is worse',
  on_unverifiable: 'what follows when nothing could be proved in time',
  approval: 'how long people have',
  'approval.timeout': 'after which the run expires',

  'heartbeats.send': 'receivers that are told at every interval that Retune is alive',
  'send.receiver': 'who waits for the sign of life',
  'send.interval': 'how often it is sent, whatever is silenced',
  'heartbeats.expect': 'alerts that always fire elsewhere, and must keep arriving',
  'expect.name': 'who is alive as long as the alert arrives',
  'expect.matchers': 'which alert it is, received or of our own rules',
  'expect.within': 'how long none may arrive before people are told',
  'expect.labels':
    'further labels of the alert RetuneHeartbeatMissing; its severity is critical unless they say otherwise',

  'silences.max_duration': 'longest time from the start of a silence to its end; longer ones are refused',
  'silences.warn_before':
    'how long before its end a silence that hides a firing alert raises RetuneSilenceExpiring; never unless given',

  'ci.name': 'name by which policies know the target',
  token: 'token that may write Actions of this repository',
  'ci.webhook.url': 'address that takes the POST',
  'ci.webhook.bearer_token': 'sent as Authorization: Bearer',
  'ci.buildbot.bearer_token': 'sent as Authorization: Bearer',
};

const DESCRIPTIONS: Readonly<Record<string, string>> = { ...ALERTMANAGER_KEYS, ...RULE_KEYS };

/** What a key means, by its path without places in lists; undefined for one that nobody described. */
export function describeKey(path: readonly string[]): string | undefined {
  for (let from = 0; from < path.length; from += 1) {
    const found = DESCRIPTIONS[path.slice(from).join('.')];
    if (found !== undefined) return found;
  }
  const key = path.at(-1) ?? '';
  if (!key.endsWith('_file')) return undefined;
  return `file that holds ${key.slice(0, -'_file'.length)}, read whenever it is used; relative to this file`;
}
