import type { Alert } from '../alerts/alert.js';
import type { AlertChange } from '../alerts/alert.store.js';
import type { PostedAlert } from './posted-alert.js';
import { receiveAlert } from './receive-alert.js';
import { receivePosted } from './receive-posted.js';
import type { ReceivedAlert } from './webhook.schema.js';

/** An alert on either way in; `key` is its fingerprint. */
export type Received =
  | { readonly key: string; readonly posted: PostedAlert }
  | { readonly key: string; readonly webhook: ReceivedAlert };

/** What a batch changes about the alerts that stand, which are brought up to date for the batch after it. */
export function receiveBatch(
  standing: Map<string, Alert>,
  received: readonly Received[],
  now: Date,
): readonly AlertChange[] {
  const changes: AlertChange[] = [];
  for (const one of received) {
    const existing = standing.get(one.key);
    const change =
      'posted' in one ? receivePosted(existing, one.posted, now) : receiveAlert(existing, one.webhook, now);
    if (!change) continue;
    standing.set(one.key, change.alert);
    changes.push(change);
  }
  return changes;
}
