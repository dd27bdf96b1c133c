import type { Channel } from '../channel.js';
import { parseMailboxes } from './address.js';
import { EmailConfig } from './config.js';

export const email: Channel<'email', EmailConfig> = {
  type: 'email',
  configKey: 'email_configs',
  summary: '',
  Config: EmailConfig,
  expand: (config) => (parseMailboxes(config.to) ?? []).map((to) => ({ ...config, to })),
  missing: () => [],
  send: () =>
    Promise.resolve({ outcome: 'target_broken', reason: 'unexpected_answer', detail: 'not built yet' }),
};
