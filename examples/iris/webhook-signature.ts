import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const TOLERANCE_SECONDS = 300;

/** The key in a Standard Webhooks secret: `whsec_` and the base64 of at least 24 bytes. Throws a RangeError on anything else. */
export function signingKey(secret: string): Buffer {
  const text = secret.trim().replace(/^whsec_/, '');
  const key = Buffer.from(text, 'base64');
  if (key.length < 24 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    throw new RangeError('expected a secret of the form whsec_<base64 of at least 24 bytes>');
  }
  return key;
}

/** Whether a request was signed with the key less than five minutes ago; `body` exactly as received. Standard Webhooks, symmetric scheme. */
export function checkSignature(
  headers: IncomingHttpHeaders,
  body: string,
  key: Buffer,
  now: Date,
): 'valid' | 'missing' | 'too_old_or_new' | 'wrong' {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string')
    return 'missing';
  const age = Math.abs(now.getTime() / 1000 - Number(timestamp));
  if (!(age <= TOLERANCE_SECONDS)) return 'too_old_or_new';
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  // Several signatures stand side by side while a sender changes its secret.
  const isValid = signatures.split(' ').some((entry) => {
    const [version, encoded = ''] = entry.split(',');
    const given = Buffer.from(encoded, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  return isValid ? 'valid' : 'wrong';
}
