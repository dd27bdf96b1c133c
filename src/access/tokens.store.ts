import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';

const KEY = randomBytes(32);

/** The tokens that open the API and the webhook; read at the start and never shown. */
@Injectable()
export class Tokens {
  constructor(
    private readonly apiToken: string | undefined,
    private readonly webhookToken: string | undefined,
  ) {}

  /** Whether an Authorization header opens the API. Without a configured token everything does: then only loopback is bound. */
  opensApi(authorization: string | undefined): boolean {
    return this.apiToken === undefined || matches(authorization, this.apiToken);
  }

  /** Whether an Authorization header may hand in alerts: the webhook's own token, or the API's. */
  opensWebhook(authorization: string | undefined): boolean {
    if (this.webhookToken !== undefined && matches(authorization, this.webhookToken)) return true;
    return this.webhookToken === undefined ? this.opensApi(authorization) : false;
  }

  /** Whether an Authorization header may post alerts to Alertmanager's API: what opens the API, and the webhook's token as well. */
  opensAlerts(authorization: string | undefined): boolean {
    if (this.opensWebhook(authorization)) return true;
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
