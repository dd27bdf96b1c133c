import { createHmac } from 'node:crypto';

/**
 * The key bytes of a Standard Webhooks secret (`whsec_` + base64, the prefix may be missing), or undefined when the text is
 * not base64 of 24 to 64 bytes. Source: standardwebhooks.com, "Symmetric signatures".
 */
export function signingKey(secret: string): Uint8Array | undefined {
  const text = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

/**
 * The three headers of Standard Webhooks: `v1,` + base64 of HMAC-SHA256 over `id.timestamp.body`.
 * `body` is signed as it is sent; the timestamp is in whole Unix seconds.
 */
export function signatureHeaders(
  id: string,
  at: Date,
  body: string,
  key: Uint8Array,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
