import { Injectable, Optional } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Mail, MailPort, MailResult, MailTransport } from './ports.js';
import { smtpRefusal } from './smtp-failure.js';
import type { SmtpError } from './smtp-failure.js';

/** Settings of a client; the limits in milliseconds. */
export interface SmtpClientOptions {
  readonly connectMs?: number;
  readonly greetingMs?: number;
  /** Longest silence of a connected relay. */
  readonly silenceMs?: number;
  /** Longest time for one mail, waiting for a free connection included. */
  readonly totalMs?: number;
  /** PEM of certificate authorities to trust instead of the built-in ones. */
  readonly ca?: string;
}

const CONNECTIONS = 3;
const MAILS_PER_CONNECTION = 100;
/** A rotated password makes a new pool; the one that rested longest is closed beyond this number. */
const MAX_POOLS = 32;

type Pool = ReturnType<typeof createPool>;

/**
 * The one way out over SMTP: one mail, one recipient, one attempt. Connections are kept per relay and login, every wait
 * is bounded, and a password never crosses the network in plain text.
 */
@Injectable()
export class SmtpClient implements MailPort, OnApplicationShutdown {
  /** In order of last use. */
  private readonly pools = new Map<string, Pool>();

  constructor(@Optional() private readonly options: SmtpClientOptions = {}) {}

  async send(mail: Mail, transport: MailTransport): Promise<MailResult> {
    const relay = `${transport.host}:${transport.port}`;
    try {
      const info = await this.pool(transport).sendMail({
        from: mail.from,
        to: mail.to,
        subject: mail.subject,
        text: mail.text,
        ...(mail.html !== undefined && { html: mail.html }),
        messageId: mail.messageId,
        ...(mail.references !== undefined && {
          references: mail.references,
          inReplyTo: mail.references.trim().split(/\s+/).at(-1),
        }),
        headers: { ...mail.headers },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: AbortSignal.timeout(this.options.totalMs ?? 20_000),
      });
      return { kind: 'accepted', answer: info.response.slice(0, 200) };
    } catch (error) {
      return smtpRefusal(error as SmtpError, relay, transport.password);
    }
  }

  /** Closes idle connections; a mail under way is finished, one still waiting for a connection fails. */
  close(): void {
    for (const pool of this.pools.values()) pool.close();
    this.pools.clear();
  }

  onApplicationShutdown(): void {
    this.close();
  }

  private pool(transport: MailTransport): Pool {
    const key = createHash('sha256').update(JSON.stringify(transport)).digest('hex');
    const pool = this.pools.get(key) ?? createPool(transport, this.options);
    this.pools.delete(key);
    this.pools.set(key, pool);
    for (const [oldest, resting] of this.pools) {
      if (this.pools.size <= MAX_POOLS) break;
      resting.close();
      this.pools.delete(oldest);
    }
    return pool;
  }
}

function createPool(transport: MailTransport, options: SmtpClientOptions) {
  const hasLogin = transport.username !== undefined && transport.username !== '';
  return createTransport({
    pool: true,
    maxConnections: CONNECTIONS,
    maxMessages: MAILS_PER_CONNECTION,
    // A connection that died while idle costs a second try on another one; nothing was sent over it.
    maxRequeues: CONNECTIONS,
    host: transport.host,
    port: transport.port,
    secure: transport.implicitTls,
    requireTLS: !transport.implicitTls && (transport.requireTls || (hasLogin && !isLoopback(transport.host))),
    ...(transport.hello !== undefined && { name: transport.hello }),
    ...(hasLogin && { auth: { user: transport.username, pass: transport.password ?? '' } }),
    tls: {
      rejectUnauthorized: transport.insecureSkipVerify !== true,
      ...(options.ca !== undefined && { ca: options.ca }),
    },
    connectionTimeout: options.connectMs ?? 10_000,
    dnsTimeout: options.connectMs ?? 10_000,
    greetingTimeout: options.greetingMs ?? 10_000,
    socketTimeout: options.silenceMs ?? 15_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Hosts whose traffic never leaves this machine. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
