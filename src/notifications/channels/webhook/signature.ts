import { createHmac } from 'node:crypto';

/**
 * The key behind a `whsec_…` secret (base64), or behind any other text (its bytes).
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret, 'utf8');
}

/** One secret, or several `whsec_…` separated by blanks. */
function split(secrets: string): readonly string[] {
  const parts = secrets.split(/\s+/).filter((part) => part !== '');
  return parts.every((part) => part.startsWith('whsec_')) ? parts : [secrets];
}

/**
 * The three headers of Standard Webhooks for exactly these bytes. `secrets` holds one secret, or several `whsec_…`
 * separated by blanks while receivers change from one to the next; each gives a signature.
 */
export function signatureHeaders(
  id: string,
  body: string,
  secrets: string,
  now: Date,
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signatures = split(secrets)
    .map((secret) =>
      createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64'),
    )
    .map((signature) => `v1,${signature}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
