import type { MailResult } from './ports.js';

/** What nodemailer says about a mail that was not taken; everything it may leave out is optional. */
export interface SmtpError {
  readonly code?: string;
  /** The cause's own code when nodemailer replaced it, e.g. a certificate error behind ESOCKET. */
  readonly originalCode?: string;
  readonly responseCode?: number;
  readonly response?: string;
  /** The command that was answered: `CONN`, `EHLO`, `STARTTLS`, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, `DATA`. */
  readonly command?: string;
}

type Refusal = Extract<MailResult, { kind: 'refused' }>;
type Reason = Refusal['reason'];

const CERTIFICATE =
  /^(?:CERT_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|ERR_TLS_.*|ERR_SSL_.*|EPROTO|HOSTNAME_MISMATCH)$/;

const SENTENCES: Readonly<Record<Reason, string>> = {
  recipient: 'the relay refuses this recipient',
  content: 'the relay refuses this message',
  auth: 'the relay does not let us send: check user name, password and sender',
  tls: 'no trusted TLS connection to the relay',
  temporary: 'the relay asks to try later',
  network: 'the relay cannot be reached',
  timeout: 'the relay did not answer in time',
};

/**
 * Why a mail was refused. A 5yz answer condemns the recipient or the message only where it answers RCPT or DATA; what
 * concerns us as a client (STARTTLS, AUTH, sender, relaying) is configuration, whatever its code. RFC 5321 §4.2.1.
 */
export function smtpReason(error: SmtpError): Reason {
  const { code, responseCode = 0, command = '', response = '' } = error;
  if (CERTIFICATE.test(error.originalCode ?? '') || CERTIFICATE.test(code ?? '')) return 'tls';
  if (code === 'ETLS' || code === 'EREQUIRETLS' || command === 'STARTTLS') return 'tls';
  if (code === 'ETIMEDOUT' || code === 'EABORT') return 'timeout';
  if (responseCode >= 400 && responseCode < 500) return 'temporary';
  if (/STARTTLS/i.test(response)) return 'tls';
  if (responseCode === 530 || responseCode === 535 || code === 'EAUTH' || code === 'ENOAUTH') return 'auth';
  if (responseCode === 503) return 'temporary';
  if (responseCode >= 500) {
    if (command === 'RCPT TO') return /relay/i.test(response) ? 'auth' : 'recipient';
    return command === 'DATA' ? 'content' : 'auth';
  }
  if (code === 'EENVELOPE') return 'recipient';
  if (code === 'EMESSAGE' || code === 'ESTREAM') return 'content';
  return 'network';
}

/** The refusal as it is stored and shown: relay, cause and the relay's own words, without `secret`. */
export function smtpRefusal(error: SmtpError, relay: string, secret?: string): Refusal {
  const reason = smtpReason(error);
  let words = (error.response ?? error.originalCode ?? error.code ?? '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
  if (secret) words = words.replaceAll(secret, '<secret>');
  return { kind: 'refused', reason, detail: `${relay}: ${SENTENCES[reason]}${words && ` (${words})`}` };
}
