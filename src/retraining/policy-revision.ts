import { createHash } from 'node:crypto';
import type { PolicyConfig } from './policy.schema.js';

/** Hexadecimal digits that tell two forms of a policy apart. */
const DIGITS = 12;

/**
 * A short name for what is written in a policy, defaults included: the beginning of the SHA-256 of its JSON with sorted keys. It
 * does not depend on the order of keys in the file, nor on comments.
 */
export function policyRevision(config: PolicyConfig, costPerRun: number | undefined): string {
  const text = JSON.stringify([sorted(config), costPerRun ?? null]);
  return createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}
