import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';

const KEY = randomBytes(32);

/** What opens the service. */
export interface Access {
  readonly apiToken?: string;
  readonly webhookToken?: string;
  /** Everybody may use what Alertmanager has too: its API v2 and reloading. */
  readonly alertmanagerOpen?: boolean;
  /** Without a token nothing else is open: others than this machine can reach the service. */
  readonly reachable?: boolean;
}

/** The tokens that open the API and the webhook; read at the start and never shown. */
@Injectable()
export class Tokens {
  private readonly apiToken: string | undefined;
  private readonly webhookToken: string | undefined;
  /** Whether what Alertmanager has too needs no token. */
  readonly alertmanagerOpen: boolean;
  private readonly openWithoutToken: boolean;

  constructor({ apiToken, webhookToken, alertmanagerOpen = false, reachable = false }: Access) {
    this.apiToken = apiToken;
    this.webhookToken = webhookToken;
    this.alertmanagerOpen = alertmanagerOpen;
    this.openWithoutToken = !reachable;
  }

  /** Whether an Authorization header opens the API. Without a configured token everything does, on loopback only. */
  opensApi(authorization: string | undefined): boolean {
    return this.apiToken === undefined ? this.openWithoutToken : matches(authorization, this.apiToken);
  }

  /** Whether an Authorization header may hand in alerts: the webhook's own token, or the API's. */
  opensWebhook(authorization: string | undefined): boolean {
    if (this.webhookToken !== undefined && matches(authorization, this.webhookToken)) return true;
    return this.webhookToken === undefined ? this.opensApi(authorization) : false;
  }

  /** Whether an Authorization header may post alerts to Alertmanager's API: what opens the API, and the webhook's token as well. */
  opensAlerts(authorization: string | undefined): boolean {
    if (this.alertmanagerOpen || this.opensWebhook(authorization)) return true;
    return this.apiToken !== undefined && this.opensApi(authorization);
  }
}

/** `Bearer <token>`, or Basic with the token as the password; compared in constant time whatever the lengths. */
function matches(authorization: string | undefined, token: string): boolean {
  const [scheme, value = ''] = (authorization ?? '').split(' ');
  const given =
    scheme?.toLowerCase() === 'basic'
      ? Buffer.from(value, 'base64').toString().split(':').slice(1).join(':')
      : scheme?.toLowerCase() === 'bearer'
        ? value
        : '';
  const digest = (text: string): Buffer => createHmac('sha256', KEY).update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
