import { createHash } from 'node:crypto';

/**
 * A group's place inside its interval: a hash of its key, so that groups spread evenly, keep their phase over restarts,
 * and have the same slots on every replica. Milliseconds, 0 ≤ offset < interval.
 */
export function slotOffset(groupKey: string, intervalMs: number): number {
  const digest = createHash('sha256').update(groupKey).digest();
  return Number(digest.readBigUInt64BE() % BigInt(intervalMs));
}

/** The first slot after `after`: slots are `k · interval + offset` in Unix milliseconds. */
export function nextSlot(after: Date, intervalMs: number, offsetMs: number): Date {
  const k = Math.floor((after.getTime() - offsetMs) / intervalMs) + 1;
  return new Date(k * intervalMs + offsetMs);
}
