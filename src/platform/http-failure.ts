import type { HttpResult } from './ports.js';

/** Why there is no answer. */
export type HttpFailure = Extract<HttpResult, { kind: 'failure' }>;
type Reason = HttpFailure['reason'];

/** The code our address guard gives its errors. */
export const BLOCKED = 'ERR_ADDRESS_BLOCKED';

const TLS =
  /^(?:EPROTO|ERR_TLS_.*|ERR_SSL_.*|CERT_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|CRL_.*|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED)$/;
const BY_CODE: Readonly<Record<string, Reason>> = {
  [BLOCKED]: 'blocked',
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_NODATA: 'dns',
  EAI_NONAME: 'dns',
  EAI_FAIL: 'dns',
  ETIMEDOUT: 'timeout',
  ECONNABORTED: 'reset',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ERR_STREAM_PREMATURE_CLOSE: 'reset',
};
const SENTENCES: Readonly<Record<Reason, string>> = {
  timeout: 'no answer in time',
  refused: 'connection refused',
  dns: 'the name cannot be resolved',
  tls: 'no trusted TLS connection',
  reset: 'the connection broke before the answer was complete',
  blocked: 'the address may not be called',
  too_large: 'too large',
  aborted: 'stopped before an answer came',
  network: 'the network failed',
};

/** The code of a library's error, or of its cause; undefined when there is none that is safe to show. */
export function errorCode(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 4 && typeof current === 'object' && current !== null; depth++) {
    const { code, cause } = current as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) && code !== 'ERR_NETWORK') return code;
    current = cause;
  }
  return undefined;
}

/** What a code means. */
export function reasonOf(code: string | undefined): Reason {
  if (code === undefined) return 'network';
  return BY_CODE[code] ?? (TLS.test(code) ? 'tls' : 'network');
}

/** A failure that says host and cause, and nothing else of the request. */
export function failure(reason: Reason, sent: boolean, host: string, note?: string): HttpFailure {
  const detail = `${host}: ${SENTENCES[reason]}${note === undefined ? '' : ` (${note})`}`;
  return { kind: 'failure', reason, sent, detail };
}
