import type { Channel } from '../channel.js';
import { SlackConfig } from './config.js';

export const slack: Channel<'slack', SlackConfig> = {
  type: 'slack',
  configKey: 'slack_configs',
  summary: '',
  Config: SlackConfig,
  missing: () => [],
  send: () =>
    Promise.resolve({ outcome: 'target_broken', reason: 'unexpected_answer', detail: 'not built yet' }),
};
