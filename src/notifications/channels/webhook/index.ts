import type { Channel } from '../channel.js';
import { WebhookConfig } from './config.js';

export const webhook: Channel<'webhook', WebhookConfig> = {
  type: 'webhook',
  configKey: 'webhook_configs',
  summary: '',
  Config: WebhookConfig,
  missing: () => [],
  send: () =>
    Promise.resolve({ outcome: 'target_broken', reason: 'unexpected_answer', detail: 'not built yet' }),
};
