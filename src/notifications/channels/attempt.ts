import type { Secret } from '../../schema/secret.js';
import type { ChannelIo, DeliveryResult } from './channel.js';
import { isHttpUrl } from './secret-twin.js';

/** Longest wait for one request. A worker gives an attempt up after 25 s, and then another may start. */
const LONGEST_MS = 20_000;
const DEFAULT_MS = 15_000;

/** The time a request may take: what the operator wrote (0: no opinion), within what an attempt has. */
export function requestTimeout(configured: number | undefined): number {
  return Math.min(configured || DEFAULT_MS, LONGEST_MS);
}

/** Thrown inside a channel to end an attempt before anything was sent; `attempt` turns it into the result. */
export class Undeliverable extends Error {
  constructor(readonly result: DeliveryResult) {
    super('undeliverable');
  }
}

/** Runs one attempt; an {@link Undeliverable} thrown in it is its result. */
export async function attempt(run: () => Promise<DeliveryResult>): Promise<DeliveryResult> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Undeliverable) return error.result;
    throw error;
  }
}

/** The text of a secret, read now. A file that cannot be read ends the attempt: the target cannot be used until it is there. */
export async function reveal(io: ChannelIo, secret: Secret, field: string): Promise<string> {
  let text: string;
  try {
    text = await io.reveal(secret);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    const detail = `${field}: cannot read ${secret.file ?? 'the secret'} (${code})`;
    throw new Undeliverable({ outcome: 'target_broken', reason: 'unauthorized', detail });
  }
  if (text !== '') return text;
  const detail = `${field}: ${secret.file ?? 'the secret'} is empty`;
  throw new Undeliverable({ outcome: 'target_broken', reason: 'unauthorized', detail });
}

/** Templates that failed, as part of a result; nothing where none did. */
export function faultsOf({ faults }: { readonly faults: readonly string[] }): {
  readonly templateFaults?: readonly string[];
} {
  return faults.length > 0 ? { templateFaults: [...new Set(faults)] } : {};
}

/** A result with the templates that failed on the way to it, where the message arrived. */
export function withFaults(
  result: DeliveryResult,
  rendering: { readonly faults: readonly string[] },
): DeliveryResult {
  return result.outcome === 'delivered' ? { ...result, ...faultsOf(rendering) } : result;
}

/**
 * An address that is a secret, read now, and rendered where it is a template. Text that is no address ends the attempt, and is
 * not repeated.
 */
export async function revealUrl(
  io: ChannelIo,
  secret: Secret,
  field: string,
  render: (text: string) => string | undefined = (text) => text,
): Promise<string> {
  const text = render(await reveal(io, secret, field));
  if (text === undefined) {
    const detail = `${field}: the template in it failed`;
    throw new Undeliverable({ outcome: 'target_broken', reason: 'not_found', detail });
  }
  if (isHttpUrl(text)) return text;
  const detail = `${field}: ${secret.file ?? 'the secret'} does not hold an address such as https://host/path`;
  throw new Undeliverable({ outcome: 'target_broken', reason: 'not_found', detail });
}
