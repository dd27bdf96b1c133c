import { labelNames, type Labels } from './labels.js';

// FNV-1a 64 as two 32-bit halves: BigInt arithmetic costs about twenty times as much.
const OFFSET_HIGH = 0xcbf29ce4;
const OFFSET_LOW = 0x84222325;
const PRIME_LOW = 0x1b3; // the prime is 2^40 + 0x1b3
const encoder = new TextEncoder();

/**
 * The stable identity of a label set: FNV-1a 64 over the names in bytewise order, each followed by 0xFF, its value and
 * 0xFF; 16 hex digits. The same figure Alertmanager's API shows for the same labels.
 */
export function fingerprint(labels: Labels): string {
  let high = OFFSET_HIGH;
  let low = OFFSET_LOW;
  const add = (byte: number): void => {
    low = (low ^ byte) >>> 0;
    const product = low * PRIME_LOW; // below 2^41, exact in a double
    const carry = Math.floor(product / 0x1_0000_0000);
    high = (Math.imul(high, PRIME_LOW) + carry + ((low << 8) >>> 0)) >>> 0;
    low = product >>> 0;
  };
  const addText = (text: string): void => {
    let place = 0;
    for (; place < text.length; place += 1) {
      const code = text.charCodeAt(place);
      if (code > 0x7f) break;
      add(code);
    }
    // Most texts are ASCII, where a character is its own byte: encoding them costs ten times the hash.
    if (place < text.length) for (const byte of encoder.encode(text.slice(place))) add(byte);
    add(0xff);
  };
  for (const name of labelNames(labels)) {
    addText(name);
    addText(labels[name] as string);
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
