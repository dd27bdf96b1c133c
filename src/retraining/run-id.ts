/** Crockford's base 32 in lower case, as ULIDs use it: no i, l, o, u. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Random bytes that one id needs. */
export const ID_BYTES = 10;

/**
 * `rt-` + lower-case ULID: 29 characters that sort by time and fit a DNS label, a Git ref and a CI input alike.
 * `random` holds at least 10 bytes of a cryptographic source. Throws when it is shorter.
 */
export function newRunId(now: Date, random: Uint8Array): string {
  return `rt-${ulid(now, random)}`;
}

/** `inc-` + lower-case ULID. See `newRunId`. */
export function newIncidentId(now: Date, random: Uint8Array): string {
  return `inc-${ulid(now, random)}`;
}

/** 48 bits of Unix milliseconds in 10 digits, 80 random bits in 16. Source: github.com/ulid/spec. */
function ulid(now: Date, random: Uint8Array): string {
  if (random.length < ID_BYTES) throw new RangeError(`an id needs ${ID_BYTES} random bytes`);
  let rest = now.getTime();
  let time = '';
  for (let digit = 0; digit < 10; digit++) {
    time = ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let bits = 0n;
  for (const byte of random.subarray(0, ID_BYTES)) bits = (bits << 8n) | BigInt(byte);
  let tail = '';
  for (let digit = 0; digit < 16; digit++) {
    tail = ALPHABET.charAt(Number(bits & 31n)) + tail;
    bits >>= 5n;
  }
  return time + tail;
}
