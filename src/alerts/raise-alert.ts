import type { Alert, Evidence } from './alert.js';
import type { AlertChange } from './alert.store.js';
import { fingerprint } from './fingerprint.js';
import { type Labels, normalizeLabels } from './labels.js';
import { episodeId } from './step-alert.js';

/** An alert that Retune itself raises about its own work: it is routed and told like any other. */
export interface RaisedAlert {
  /** The part that raises it, e.g. `notifications`. */
  readonly source: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly evidence?: Evidence;
  readonly generatorUrl?: string;
}

/** An alert that Retune may raise about its own work, and whether it is to fire. */
export interface OwnAlert {
  readonly raised: RaisedAlert;
  readonly fires: boolean;
}

/** The identity a raised alert will have. */
export function raisedFingerprint(raised: RaisedAlert): string {
  return fingerprint(raised.labels);
}

/** The change that makes it fire, or refreshes it while it fires already. `existing` is the alert as stored. */
export function raiseAlert(existing: Alert | undefined, raised: RaisedAlert, now: Date): AlertChange {
  const key = raisedFingerprint(raised);
  const shown = {
    annotations: raised.annotations,
    value: raised.evidence?.value ?? null,
    ...(raised.evidence ? { evidence: raised.evidence } : {}),
    ...(raised.generatorUrl ? { generatorUrl: raised.generatorUrl } : {}),
    evaluatedAt: now,
  };
  if (existing?.state === 'firing') return { alert: { ...existing, ...shown } };
  return {
    alert: {
      source: raised.source,
      fingerprint: key,
      episode: episodeId(raised.source, key, now),
      labels: normalizeLabels(raised.labels),
      state: 'firing',
      activeAt: now,
      firedAt: now,
      ...shown,
    },
    transition: { from: 'inactive', to: 'firing', reason: 'raised', at: now },
  };
}

/** The change that ends a raised alert; undefined when it does not fire. */
export function settleAlert(existing: Alert | undefined, now: Date): AlertChange | undefined {
  if (existing?.state !== 'firing') return undefined;
  return {
    alert: { ...existing, state: 'resolved', resolvedAt: now, evaluatedAt: now },
    transition: { from: 'firing', to: 'resolved', reason: 'settled', at: now },
  };
}
