import type { z } from 'zod';
import type { HttpPort, MailPort } from '../../platform/ports.js';
import type { Secret } from '../../schema/secret.js';
import type { MessageTemplates } from '../../templates/message-templates.js';
import type { Message } from '../message.js';

/** How one attempt ended, and so what happens next. See docs/notifications.md. */
export type DeliveryResult =
  | {
      readonly outcome: 'delivered';
      readonly externalId?: string;
      /** Templates of the receiver that failed, each with its field: the channel's own words stood in for them. */
      readonly templateFaults?: readonly string[];
    }
  | {
      readonly outcome: 'retry';
      readonly reason: 'rate_limited' | 'server_error' | 'timeout' | 'network';
      readonly detail: string;
      readonly retryAfterMs?: number;
    }
  | {
      readonly outcome: 'rejected';
      readonly reason: 'invalid_payload' | 'recipient';
      readonly detail: string;
    }
  | {
      readonly outcome: 'target_broken';
      readonly reason: 'unauthorized' | 'not_found' | 'tls' | 'unexpected_answer';
      readonly detail: string;
    };

/** What a channel may touch, injected so that every channel runs against fakes and real sockets alike. */
export interface ChannelIo {
  readonly http: HttpPort;
  readonly mail: MailPort;
  /** The text of a secret, re-read from its file at every send. */
  reveal(secret: Secret): Promise<string>;
  readonly now: Date;
}

/** Values of the `global` section of alertmanager.yml that channels fall back to. */
export interface ChannelDefaults {
  readonly slackApiUrl?: Secret;
  readonly pagerdutyUrl: string;
  /** Definitions of the files under `templates`; absent: Alertmanager's own alone. */
  readonly templates?: MessageTemplates;
  readonly smtp: {
    readonly from?: string;
    readonly smarthost?: string;
    readonly hello?: string;
    readonly authUsername?: string;
    readonly authPassword?: Secret;
    readonly requireTls: boolean;
    /** TLS from the first byte; absent: on port 465 only. */
    readonly implicitTls?: boolean;
    readonly insecureSkipVerify?: boolean;
  };
}

/** One way of reaching people. One attempt per `send`; the caller owns retries. */
export interface Channel<Type extends string = string, Config extends ChannelConfig = ChannelConfig> {
  readonly type: Type;
  /** The key of its list in a receiver, e.g. `slack_configs`. */
  readonly configKey: string;
  /** One line for the README table. */
  readonly summary: string;
  readonly Config: z.ZodType<Config>;
  /** True where a message calls people: what is over calls nobody. */
  readonly pages?: boolean;
  /** One config per target, where a single entry names several (mail recipients); each is then delivered and retried alone. */
  expand?(config: Config): readonly Config[];
  /** What is missing once defaults are laid under it, as messages for the operator; empty when complete. */
  missing(config: Config, defaults: ChannelDefaults): readonly string[];
  send(message: Message, config: Config, defaults: ChannelDefaults, io: ChannelIo): Promise<DeliveryResult>;
}

/** Fields every channel's config has. */
export interface ChannelConfig {
  readonly send_resolved: boolean;
  /** Whether, once it is over, of what nobody was told while it fired; absent in channels that call people. */
  readonly send_late?: boolean;
}
