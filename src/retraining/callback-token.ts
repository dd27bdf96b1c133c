import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The token with which the pipeline of one run claims it and reports: HMAC-SHA256 of the run's id, base64url. Good for that run
 * only and useless once the run is over; never stored, because it can be made again from the key.
 */
export function callbackToken(runId: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(`callback:${runId}`).digest('base64url');
}

/** Whether `given` is the token of the run; constant time, whatever its length. */
export function verifyCallbackToken(given: string, runId: string, key: Uint8Array): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return timingSafeEqual(digest(given), digest(callbackToken(runId, key)));
}
