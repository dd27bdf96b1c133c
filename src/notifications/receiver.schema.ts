import { z } from 'zod';
import { channels } from './channels/index.js';
import type { ChannelConfig } from './channels/channel.js';

/** One target of a receiver. `index` counts the targets of one type in the receiver, as in Alertmanager. */
export interface Integration {
  readonly type: string;
  readonly index: number;
  readonly config: ChannelConfig;
}

/** A named list of targets that routes point at. */
export interface Receiver {
  readonly name: string;
  readonly integrations: readonly Integration[];
}

/** How one target of a receiver is named in tables and messages: `receiver/type/index`. */
export function channelName(receiver: string, integration: Pick<Integration, 'type' | 'index'>): string {
  return `${receiver}/${integration.type}/${integration.index}`;
}

const SUPPORTED = channels.map((channel) => channel.configKey).join(', ');

/** One receiver as written in alertmanager.yml; its runtime form once parsed. */
export const Receiver = z
  .strictObject(
    {
      name: z.string().min(1, 'expected a name for the receiver'),
      labels: z.record(z.string(), z.string()).optional(),
      ...Object.fromEntries(channels.map(({ configKey, Config }) => [configKey, z.array(Config).nullish()])),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `${issue.keys.join(', ')}: not supported in a receiver; supported are ${SUPPORTED}`
          : undefined,
    },
  )
  .transform((raw): Receiver => {
    const lists = raw as unknown as Readonly<Record<string, readonly ChannelConfig[] | null | undefined>>;
    return {
      name: raw.name,
      integrations: channels.flatMap((channel) =>
        (lists[channel.configKey] ?? [])
          .flatMap((config) => channel.expand?.(config) ?? [config])
          .map((config, index) => ({ type: channel.type, index, config })),
      ),
    };
  });

/** The `receivers` section of alertmanager.yml. Names are unique. */
export const Receivers = z.array(Receiver).superRefine((receivers, context) => {
  const seen = new Set<string>();
  receivers.forEach(({ name }, index) => {
    if (seen.has(name)) {
      context.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: `there are two receivers named ${JSON.stringify(name)}`,
      });
    }
    seen.add(name);
  });
});
export type Receivers = z.infer<typeof Receivers>;
