import type { Heartbeats } from '../heartbeats/heartbeats.schema.js';
import type { ChannelDefaults } from '../notifications/channels/channel.js';
import type { Receiver } from '../notifications/receiver.schema.js';
import type { CiTarget } from '../retraining/ci.schema.js';
import type { Policy } from '../retraining/policy.js';
import type { InhibitRule } from '../routing/inhibition.js';
import type { TimeIntervalsByName } from '../routing/mute-timing.js';
import type { Route } from '../routing/route.js';
import type { Silences } from '../routing/silences.schema.js';
import type { ModelFacts } from '../rules/kinds/kind.js';
import type { Model } from '../rules/model.schema.js';
import type { RuleGroup } from '../rules/rule.js';
import type { ConfigIssue } from './config-issue.js';
import type { ConfigNotice } from './notice.js';
import type { Environment } from './parse-environment.js';

/** Everything that the rules directory says, in the forms that run. Names that point anywhere are known to exist. */
export interface RulesSettings {
  readonly groups: readonly RuleGroup[];
  /** What rules know of the models that `models` describes; other models have default facts. */
  readonly models: ReadonlyMap<string, ModelFacts>;
  /** The same models as written, with owner and cost. */
  readonly modelForms: readonly Model[];
  /** With the routes of heartbeats. Absent: alerts are shown and journalled, and nobody is told. */
  readonly route: Route | undefined;
  readonly receivers: readonly Receiver[];
  readonly inhibitRules: readonly InhibitRule[];
  readonly timeIntervals: TimeIntervalsByName;
  readonly channelDefaults: ChannelDefaults;
  /** Alerts from elsewhere without an end resolve this long after they were last sent; milliseconds. */
  readonly resolveTimeoutMs: number;
  readonly heartbeats: Heartbeats;
  readonly silences: Silences;
  readonly policies: readonly Policy[];
  readonly ciTargets: readonly CiTarget[];
}

/** What the service was told, complete and consistent. */
export interface Settings {
  readonly environment: Environment;
  readonly rules: RulesSettings;
  /** Files of the rules directory that were read, as people know them. */
  readonly files: readonly string[];
  /** SHA-256 hex over the content of every file that was read; equal on replicas with equal settings. */
  readonly configHash: string;
}

/** The settings, or everything that is wrong at once; and in both cases what an operator should know besides. */
export type LoadedSettings =
  | { readonly ok: true; readonly settings: Settings; readonly notices: readonly ConfigNotice[] }
  | {
      readonly ok: false;
      readonly issues: readonly ConfigIssue[];
      readonly notices: readonly ConfigNotice[];
    };
