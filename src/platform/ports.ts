/** Shapes of the outbound clients, so that pure files can name them without touching the network. */

/** Who chose a target's address. `configured` (written by the operator) may be private; `foreign` (from an answer) may not. */
export type Trust = 'configured' | 'foreign';

/** One outbound HTTP request. Redirects are never followed, nothing is ever retried. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes as sent: sign exactly this. */
  readonly body?: string;
  readonly timeoutMs?: number;
  readonly maxAnswerBytes?: number;
  readonly trust?: Trust;
  readonly signal?: AbortSignal;
}

/** The answer, or why there is none. `sent` tells whether the request may have reached the target. */
export type HttpResult =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Lower-case names. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | {
      readonly kind: 'failure';
      readonly reason:
        'timeout' | 'refused' | 'dns' | 'tls' | 'reset' | 'blocked' | 'too_large' | 'aborted' | 'network';
      /** False only when the request surely never left: refused, unknown host, TLS failure, blocked. */
      readonly sent: boolean;
      /** Free of secrets: host and cause, never the full URL, headers or body. */
      readonly detail: string;
    };

/** Outbound HTTP. */
export interface HttpPort {
  send(request: HttpRequest): Promise<HttpResult>;
}

/** Where and how mail leaves. */
export interface MailTransport {
  readonly host: string;
  readonly port: number;
  readonly hello?: string;
  readonly username?: string;
  readonly password?: string;
  readonly requireTls: boolean;
  /** TLS from the first byte (port 465). */
  readonly implicitTls: boolean;
  readonly insecureSkipVerify?: boolean;
}

/** One mail to one recipient. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly messageId: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly references?: string;
}

/** How the relay answered. `permanent` follows SMTP's 5yz, except where the cause is configuration. */
export type MailResult =
  | { readonly kind: 'accepted'; readonly answer: string }
  | {
      readonly kind: 'refused';
      readonly reason: 'recipient' | 'content' | 'auth' | 'tls' | 'temporary' | 'network' | 'timeout';
      readonly detail: string;
    };

/** Outbound SMTP. */
export interface MailPort {
  send(mail: Mail, transport: MailTransport): Promise<MailResult>;
}

/** One value of a metric, and its labels. */
export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
