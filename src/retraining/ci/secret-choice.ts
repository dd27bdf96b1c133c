import type { Secret } from '../../schema/secret.js';

/**
 * Error text when a secret `name` is written neither in place nor as a file, or both ways; undefined when it is fine.
 * `optional` secrets may be left out.
 */
export function secretChoice(
  name: string,
  inPlace: Secret | undefined,
  file: Secret | undefined,
  optional = false,
): string | undefined {
  if (inPlace && file) return `expected either ${name} or ${name}_file, got both`;
  if (inPlace || file || optional) return undefined;
  return `expected ${name}_file (a path) or ${name}, got neither`;
}
