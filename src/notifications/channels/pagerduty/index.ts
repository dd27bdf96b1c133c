import type { Channel } from '../channel.js';
import { PagerdutyConfig } from './config.js';

export const pagerduty: Channel<'pagerduty', PagerdutyConfig> = {
  type: 'pagerduty',
  configKey: 'pagerduty_configs',
  summary: '',
  Config: PagerdutyConfig,
  missing: () => [],
  send: () =>
    Promise.resolve({ outcome: 'target_broken', reason: 'unexpected_answer', detail: 'not built yet' }),
};
