import { afterEach, describe, expect, it } from '@jest/globals';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';
import type { Mail, MailResult, MailTransport } from '../../../src/platform/ports.js';
import { SmtpClient } from '../../../src/platform/smtp.client.js';
import type { SmtpClientOptions } from '../../../src/platform/smtp.client.js';
import { AUTHORITY, CERTIFICATE, KEY } from './certificates.js';

const PASSWORD = 'hunter2-T0PSECRET';
const MAIL: Mail = {
  from: 'Retune <retune@example.org>',
  to: 'Ops <ops@example.net>',
  subject: '[FIRING] iris accuracy 🔴',
  text: 'Hello',
  html: '<p>Hello</p>',
  messageId: '<0193-1@example.org>',
  references: '<alert-a@example.org> <alert-b@example.org>',
  headers: { 'X-Team': 'ops', 'X-Evil': 'a\r\nBcc: everyone@example.net' },
};

const cleanUps: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

interface Relay {
  readonly port: number;
  readonly mails: string[];
  readonly sessions: { secure: boolean; hello: string; user?: string }[];
}

/** A relay on this machine that takes everything, over STARTTLS when asked, unless `options` say otherwise. */
async function relay(options: SMTPServerOptions = {}): Promise<Relay> {
  const mails: string[] = [];
  const sessions: Relay['sessions'] = [];
  const server = new SMTPServer({
    cert: CERTIFICATE,
    key: KEY,
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 10,
    onAuth: (auth, _session, callback) =>
      auth.password === PASSWORD
        ? callback(null, { user: auth.username })
        : callback(refusal(535, 'bad credentials')),
    onData: (stream, session, callback) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      stream.on('end', () => {
        mails.push(text);
        sessions.push({ secure: session.secure, hello: session.hostNameAppearsAs, user: session.user });
        callback(null, 'queued as 1');
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, mails, sessions };
}

function client(options: SmtpClientOptions = { ca: AUTHORITY }): SmtpClient {
  const smtp = new SmtpClient(options);
  cleanUps.push(() => smtp.close());
  return smtp;
}

const transport = (port: number, more: Partial<MailTransport> = {}): MailTransport => ({
  host: 'localhost',
  port,
  requireTls: true,
  implicitTls: false,
  ...more,
});

const refused = (result: MailResult, reason: string): string => {
  expect(result).toMatchObject({ kind: 'refused', reason });
  expect(JSON.stringify(result)).not.toContain(PASSWORD);
  return result.kind === 'refused' ? result.detail : '';
};

describe('a mail', () => {
  it('is taken over STARTTLS with login, and carries its ids', async () => {
    const { port, mails, sessions } = await relay();
    const result = await client().send(
      MAIL,
      transport(port, { username: 'retune', password: PASSWORD, hello: 'retune.example.org' }),
    );
    expect(result).toEqual({ kind: 'accepted', answer: '250 queued as 1' });
    expect(sessions).toEqual([{ secure: true, hello: 'retune.example.org', user: 'retune' }]);
    expect(mails[0]).toContain('Message-ID: <0193-1@example.org>');
    expect(mails[0]).toContain('In-Reply-To: <alert-b@example.org>');
    expect(mails[0]?.replace(/\r\n\s+/g, ' ')).toContain(
      'References: <alert-a@example.org> <alert-b@example.org>',
    );
    expect(mails[0]).toContain('X-Team: ops');
    expect(mails[0]).toContain('multipart/alternative');
    expect(mails[0]).not.toMatch(/^Bcc:/m);
  });

  it('is taken over TLS from the first byte', async () => {
    const { port, sessions } = await relay({ secure: true });
    expect(await client().send(MAIL, transport(port, { implicitTls: true }))).toMatchObject({
      kind: 'accepted',
    });
    expect(sessions[0]?.secure).toBe(true);
  });

  it('is taken in plain text when that was asked for', async () => {
    const { port, sessions } = await relay({ disabledCommands: ['STARTTLS'] });
    expect(await client().send(MAIL, transport(port, { requireTls: false }))).toMatchObject({
      kind: 'accepted',
    });
    expect(sessions[0]?.secure).toBe(false);
  });

  it('goes out over the connection of the one before', async () => {
    const sessionIds = new Set<string>();
    const { port } = await relay({
      onRcptTo: (_address, session, callback) => {
        sessionIds.add(session.id);
        callback();
      },
    });
    const smtp = client();
    for (let i = 0; i < 5; i++)
      expect(await smtp.send(MAIL, transport(port))).toMatchObject({ kind: 'accepted' });
    expect(sessionIds.size).toBe(1);
  });

  it('is taken from a relay with an unknown certificate when the operator said so', async () => {
    const { port } = await relay();
    expect(await client({}).send(MAIL, transport(port, { insecureSkipVerify: true }))).toMatchObject({
      kind: 'accepted',
    });
  });
});

describe('a refusal', () => {
  it.each([
    ['450 at RCPT', 'temporary', refusal(450, 'mailbox busy')],
    ['550 at RCPT', 'recipient', refusal(550, 'no such user')],
    ['554 relaying denied at RCPT', 'auth', refusal(554, '5.7.1 Relay access denied')],
  ])('%s is: %s', async (_what, reason, error) => {
    const { port } = await relay({ onRcptTo: (_address, _session, callback) => callback(error) });
    expect(refused(await client().send(MAIL, transport(port)), reason)).toContain(error.message);
  });

  it.each([
    ['451 at DATA', 'temporary', refusal(451, 'try later')],
    ['554 at DATA', 'content', refusal(554, 'looks like spam')],
  ])('%s is: %s', async (_what, reason, error) => {
    const { port } = await relay({
      onData: (stream, _session, callback) => {
        stream.resume();
        stream.on('end', () => callback(error));
      },
    });
    expect(refused(await client().send(MAIL, transport(port)), reason)).toContain(error.message);
  });

  it('of the sender is about configuration', async () => {
    const { port } = await relay({
      onMailFrom: (_address, _session, callback) => callback(refusal(553, 'not your address')),
    });
    refused(await client().send(MAIL, transport(port)), 'auth');
  });

  it('of the connection for now is temporary', async () => {
    const { port } = await relay({
      onConnect: (_session, callback) => callback(refusal(421, 'too many connections')),
    });
    refused(await client().send(MAIL, transport(port)), 'temporary');
  });

  it('of a wrong password is about configuration, whatever the code', async () => {
    const { port } = await relay();
    refused(
      await client().send(MAIL, transport(port, { username: 'retune', password: `not-${PASSWORD}` })),
      'auth',
    );
  });

  it('of mail without login is about configuration', async () => {
    const { port } = await relay({ authOptional: false });
    refused(await client().send(MAIL, transport(port)), 'auth');
  });

  it('comes from us when the relay offers no TLS', async () => {
    const { port, mails } = await relay({ disabledCommands: ['STARTTLS'] });
    refused(await client().send(MAIL, transport(port)), 'tls');
    expect(mails).toEqual([]);
  });

  it('comes from us when the certificate is not trusted', async () => {
    const { port, mails } = await relay();
    refused(await client({}).send(MAIL, transport(port)), 'tls');
    refused(
      await client({}).send(MAIL, transport((await relay({ secure: true })).port, { implicitTls: true })),
      'tls',
    );
    expect(mails).toEqual([]);
  });

  it('comes from the network when nobody listens', async () => {
    const closed = net.createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    refused(await client().send(MAIL, transport(port)), 'network');
    refused(await client().send(MAIL, transport(25, { host: 'nowhere.invalid' })), 'network');
  });

  it('comes from the network when the connection breaks', async () => {
    const broken = net.createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => new Promise((resolve) => broken.close(resolve)));
    refused(await client().send(MAIL, transport((broken.address() as AddressInfo).port)), 'network');
  });

  it('comes from the clock when the relay stays silent, at the greeting or later', async () => {
    const sockets: net.Socket[] = [];
    const silent = net.createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => silent.close(resolve));
    });
    const { port } = silent.address() as AddressInfo;
    refused(await client({ greetingMs: 50 }).send(MAIL, transport(port)), 'timeout');
    refused(await client({ totalMs: 50 }).send(MAIL, transport(port)), 'timeout');
    const hanging = await relay({ onRcptTo: () => undefined });
    refused(await client({ ca: AUTHORITY, silenceMs: 200 }).send(MAIL, transport(hanging.port)), 'timeout');
  });
});

it('never sends a password in plain text, except to this machine', async () => {
  const attempts: string[] = [];
  const { port } = await relay({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, _session, callback) => {
      attempts.push(String(auth.username));
      callback(null, { user: auth.username });
    },
  });
  const login = { requireTls: false, username: 'retune', password: PASSWORD };
  expect(await client().send(MAIL, transport(port, login))).toMatchObject({ kind: 'accepted' });
  expect(attempts).toEqual(['retune']);
  // The same relay under an address that is not known to stay on this machine.
  refused(await client().send(MAIL, transport(port, { ...login, host: '0.0.0.0' })), 'tls');
  expect(attempts).toEqual(['retune']);
});
