import { CallFailure } from '../runtime/values.js';

/** Longest text that formatting makes, in UTF-16 units; beyond it the call fails. */
export const MAX_TEXT = 65_536;

/** What stands between `%` and the verb. `plusV` and `sharpV` are `+` and `#` before `v`, where they mean something else. */
export interface Flags {
  width?: number | undefined;
  precision?: number | undefined;
  minus?: boolean;
  plus?: boolean;
  sharp?: boolean;
  space?: boolean;
  zero?: boolean;
  plusV?: boolean;
  sharpV?: boolean;
  /** Inside `%!d(…)`: types show their parts, not the text they have for themselves. */
  bare?: boolean;
}

/** Fills the text up to the width, which counts characters: spaces left, spaces right (`-`), or zeros left (`0`). */
export function pad(text: string, flags: Flags): string {
  const missing = (flags.width ?? 0) - characters(text);
  if (missing <= 0) return text;
  if (missing > MAX_TEXT) throw new CallFailure(`text exceeds ${MAX_TEXT} characters`);
  if (flags.minus) return text + ' '.repeat(missing);
  return (flags.zero ? '0' : ' ').repeat(missing) + text;
}

function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
