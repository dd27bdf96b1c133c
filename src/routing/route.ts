import type { Labels } from '../alerts/labels.js';
import type { Matcher } from '../alerts/matcher.js';

/** A node of the routing tree with all inherited options filled in. Times in milliseconds. */
export interface Route {
  /** Stable identity: path of matchers from the root plus receiver and place, so that equal siblings stay apart. */
  readonly id: string;
  /** Alertmanager's route key text, e.g. `{}/{severity="page"}`; for people and for its webhook payload. */
  readonly displayKey: string;
  readonly receiver: string;
  readonly matchers: readonly Matcher[];
  readonly groupBy: readonly string[] | 'all';
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly continue: boolean;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  /** No silence, inhibition or time interval keeps it quiet: what it tells is that there is somebody to tell. */
  readonly alwaysSpeaks?: true;
  readonly children: readonly Route[];
}

/** The group an alert falls into at one route. */
export interface GroupIdentity {
  /** SHA-256 hex of route id and group labels. */
  readonly id: string;
  /** Alertmanager's group key: `<route key>:{name="value", …}`. */
  readonly displayKey: string;
  readonly groupLabels: Labels;
}
