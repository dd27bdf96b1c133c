import type { Channel } from './channel.js';
import { email } from './email/index.js';
import { pagerduty } from './pagerduty/index.js';
import { slack } from './slack/index.js';
import { webhook } from './webhook/index.js';

/** Every channel there is: one folder beside this file, one entry here. */
export const channels: readonly Channel[] = [slack, email, pagerduty, webhook];

/** The channel of a type, as stored with a delivery; undefined for a type that no longer exists. */
export function channelOf(type: string): Channel | undefined {
  return channels.find((channel) => channel.type === type);
}
