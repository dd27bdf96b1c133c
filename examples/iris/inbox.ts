import { randomUUID } from 'node:crypto';
import { SMTPServer } from 'smtp-server';
import { parseJson, serve, type Answer } from './http-json.js';
import { printLine, readFlags, readNumber, runWhenMain, type Running } from './process.js';

/** A message that reached the inbox. */
export type InboxMessage =
  | { readonly channel: 'slack'; readonly at: string; readonly path: string; readonly body: unknown }
  | { readonly channel: 'pagerduty'; readonly at: string; readonly body: unknown }
  | {
      readonly channel: 'email';
      readonly at: string;
      readonly from: string;
      readonly to: readonly string[];
      readonly subject: string;
      /** The mail as it came, headers first. */
      readonly raw: string;
    };

/** Where the inbox listens; port 0 takes a free one. */
export interface InboxOptions {
  readonly host: string;
  readonly httpPort: number;
  readonly smtpPort: number;
  readonly onMessage?: (message: InboxMessage) => void;
}

const MOST_KEPT = 1000;

/**
 * Starts receivers that stand in for the real ones: Slack's incoming webhooks under `/services/…`, PagerDuty's Events API
 * v2 at `/v2/enqueue`, and an SMTP server that takes mail for anybody. `GET /messages` lists what came.
 */
export async function startInbox(
  options: InboxOptions,
): Promise<Running & { readonly url: string; readonly smtpPort: number }> {
  const messages: InboxMessage[] = [];
  const keep = (message: InboxMessage) => {
    messages.push(message);
    if (messages.length > MOST_KEPT) messages.shift();
    options.onMessage?.(message);
  };
  const now = () => new Date().toISOString();

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        const to = rcptTo.map(({ address }) => address);
        const from = mailFrom ? mailFrom.address : '';
        keep({ channel: 'email', at: now(), from, to, subject: subjectOf(raw), raw });
        done();
      });
    },
  });
  // Clients that hang up in the middle are their own affair.
  smtp.on('error', () => undefined);
  const smtpPort = await new Promise<number>((resolve, reject) => {
    smtp.server.once('error', reject);
    const server = smtp.listen(options.smtpPort, options.host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : options.smtpPort);
    });
  });

  const listening = await serve(options.host, options.httpPort, {
    'POST /services/*': ({ body, path }) =>
      slack(body, (json) => keep({ channel: 'slack', at: now(), path, body: json })),
    'POST /v2/enqueue': ({ body }) =>
      pagerduty(body, (json) => keep({ channel: 'pagerduty', at: now(), body: json })),
    'GET /messages': () => ({ status: 200, body: { messages } }),
    'GET /healthz': () => ({ status: 200, body: { status: 'ok' } }),
  });
  return {
    url: listening.url,
    smtpPort,
    ready: { port: listening.port, url: listening.url, smtp_port: smtpPort },
    close: async () => {
      await listening.close();
      await new Promise<void>((resolve) => {
        smtp.close(resolve);
      });
    },
  };
}

/** Slack answers in plain words: `ok`, or what is wrong with the payload. */
function slack(body: string, keep: (json: unknown) => void): Answer {
  const json = parseJson(body);
  if (typeof json !== 'object' || json === null) return { status: 400, text: 'invalid_payload' };
  if (!('text' in json) && !('blocks' in json) && !('attachments' in json))
    return { status: 400, text: 'no_text' };
  keep(json);
  return { status: 200, text: 'ok' };
}

/** PagerDuty accepts an event when it can be read at all, and returns the key that later events refer to. */
function pagerduty(body: string, keep: (json: unknown) => void): Answer {
  const json = parseJson(body) as
    { routing_key?: unknown; event_action?: unknown; dedup_key?: unknown } | undefined;
  const isEvent = typeof json?.routing_key === 'string' && typeof json.event_action === 'string';
  if (!isEvent) {
    const errors = ["'routing_key' and 'event_action' are required"];
    return { status: 400, body: { status: 'invalid event', message: 'Event object is invalid', errors } };
  }
  keep(json);
  const dedupKey = typeof json.dedup_key === 'string' ? json.dedup_key : randomUUID();
  return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: dedupKey } };
}

function subjectOf(raw: string): string {
  const [head = ''] = raw.split('\r\n\r\n', 1);
  const unfolded = head.replace(/\r\n[ \t]+/g, ' ');
  return decodeWords(/^subject:[ \t]*(.*)$/im.exec(unfolded)?.[1]?.trim() ?? '');
}

/** Encoded words of a header in UTF-8 (RFC 2047); the white space between two of them is not part of the text. */
function decodeWords(text: string): string {
  const joined = text.replace(/\?=\s+=\?/g, '?==?');
  return joined.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_all, form: string, word: string) => {
    if (form.toLowerCase() === 'b') return Buffer.from(word, 'base64').toString('utf8');
    const bytes = word
      .replaceAll('_', ' ')
      .replace(/=([0-9a-f]{2})/gi, (_hex, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
  });
}

/** Flags of the process with their defaults. */
export const INBOX_FLAGS = { host: '127.0.0.1', port: '8704', 'smtp-port': '8725' } as const;

await runWhenMain(import.meta.url, 'iris-inbox', () => {
  const flags = readFlags(INBOX_FLAGS, process.argv.slice(2), process.env);
  return startInbox({
    host: flags.host,
    httpPort: readNumber('port', flags.port),
    smtpPort: readNumber('smtp-port', flags['smtp-port']),
    onMessage: (message) => printLine({ event: 'message', process: 'iris-inbox', ...message }),
  });
});
