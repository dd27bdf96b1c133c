import type { CiProvider } from '../ci-provider.js';
import { WebhookConfig } from './config.js';

/** Any service with an HTTP endpoint. */
export const webhook: CiProvider<'webhook', WebhookConfig> = {
  type: 'webhook',
  summary: 'any HTTP endpoint that starts a run: a signed CloudEvents request',
  Config: WebhookConfig,
  idempotency: 'none',
  settleMs: 30_000,
  trigger: () => Promise.reject(new Error('not yet')),
  status: () => Promise.reject(new Error('not yet')),
};
