import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { onCleanup } from './cleanup.js';
import { eventually } from './eventually.js';
import { type ReceivedMail, readMail } from './read-mail.js';
import { selfSigned } from './self-signed.js';

/** How the relay is reached. TLS uses the certificate of `self-signed.ts`. */
export interface SmtpInboxOptions {
  /** The only account; without it anybody may send. */
  readonly auth?: { readonly username: string; readonly password: string };
  readonly tls?: 'none' | 'starttls' | 'implicit';
}

/** The step of a session at which a mail is refused. */
export type SmtpStep = 'connect' | 'sender' | 'recipient' | 'data';

/** An SMTP relay that keeps what it is sent and refuses as told. */
export class SmtpInbox {
  readonly mails: ReceivedMail[] = [];
  readonly #refusals: { readonly step: SmtpStep; readonly code: number; readonly message: string }[] = [];
  readonly #server: SMTPServer;

  private constructor({ auth, tls = 'none' }: SmtpInboxOptions) {
    this.#server = new SMTPServer({
      key: selfSigned.key,
      cert: selfSigned.certificate,
      secure: tls === 'implicit',
      disabledCommands: [...(auth ? [] : ['AUTH']), ...(tls === 'starttls' ? [] : ['STARTTLS'])],
      allowInsecureAuth: true,
      disableReverseLookup: true,
      closeTimeout: 100,
      onConnect: (_session, done) => done(this.#refusal('connect')),
      onMailFrom: (_address, _session, done) => done(this.#refusal('sender')),
      onRcptTo: (_address, _session, done) => done(this.#refusal('recipient')),
      onAuth: ({ username, password }, _session, done) => {
        if (username === auth?.username && password === auth?.password) done(null, { user: username });
        else done(Object.assign(new Error('credentials rejected'), { responseCode: 535 }));
      },
      onData: (stream, { envelope }, done) => {
        void text(stream).then((raw) => {
          const refusal = this.#refusal('data');
          const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
          if (!refusal)
            this.mails.push(
              readMail(
                raw,
                from,
                envelope.rcptTo.map(({ address }) => address),
              ),
            );
          done(refusal);
        });
      },
    });
    // A client that hangs up or mistrusts the certificate is part of many tests.
    this.#server.on('error', () => undefined);
  }

  /** Listens on a free port of the loopback interface. Ends with the tests of the file. */
  static async start(options: SmtpInboxOptions = {}): Promise<SmtpInbox> {
    const inbox = new SmtpInbox(options);
    await once(inbox.#server.listen(0, '127.0.0.1'), 'listening');
    onCleanup(() => inbox.close());
    return inbox;
  }

  get host(): string {
    return '127.0.0.1';
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** Refuses once at a step, with an SMTP code such as 451 (try again) or 550 (never). Several calls queue up. */
  refuseNext(step: SmtpStep, code: number, message = 'refused by the test'): void {
    this.#refusals.push({ step, code, message });
  }

  /** Waits until at least `count` mails have arrived, and gives back all of them. */
  async received(count: number, timeoutMs?: number): Promise<readonly ReceivedMail[]> {
    await eventually(() => {
      if (this.mails.length >= count) return;
      throw new Error(`expected ${count} mails, got ${this.mails.length}`);
    }, timeoutMs);
    return this.mails;
  }

  /** Stops listening: further connections are refused. */
  async close(): Promise<void> {
    if (!this.#server.server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(resolve);
    });
  }

  #refusal(step: SmtpStep): Error | null {
    const index = this.#refusals.findIndex((refusal) => refusal.step === step);
    if (index < 0) return null;
    const [refusal] = this.#refusals.splice(index, 1);
    return Object.assign(new Error(refusal?.message), { responseCode: refusal?.code });
  }
}
