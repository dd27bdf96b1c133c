import { formatLabels } from '../routing/grouping.js';
import type { ChannelExplanation, GroupExplanation } from './explain-group.js';

const QUIET: Readonly<Record<NonNullable<GroupExplanation['suppressed']>['reason'], string>> = {
  inhibited_by: 'inhibited by',
  silenced_by: 'silenced by',
  muted_by: 'muted by the time interval',
};

/** A group that an alert is in, in words: first its line, then one for each target. `clock` writes a time. */
export function tellGroup(group: GroupExplanation, clock: (iso: string) => string): readonly string[] {
  const labels = formatLabels(group.groupLabels);
  const others = group.firing > 1 ? `, ${group.firing} alerts fire in it` : '';
  return [
    `${group.receiver}, by route ${group.route}: group ${labels}${others}, next look ${clock(group.nextFlushAt)}`,
    ...(group.suppressed
      ? [`quiet: ${QUIET[group.suppressed.reason]} ${group.suppressed.by.join(' and ')}`]
      : []),
    ...(group.channels.length === 0 ? ['the receiver has no target: nobody is told'] : []),
    ...group.channels.map((channel) => tellChannel(channel, clock)),
  ];
}

function tellChannel({ channel, told, next }: ChannelExplanation, clock: (iso: string) => string): string {
  const past = told
    ? `told ${clock(told.at)} (${told.reason.replaceAll('_', ' ')})${told.asFiring ? '' : ', not of this alert'}${arrival(told.delivery, clock)}`
    : 'not told yet';
  const future = next.at
    ? `next message ${clock(next.at)}${next.send ? ` (${next.reason.replaceAll('_', ' ')})` : ', as a reminder'}`
    : `no further message (${next.reason.replaceAll('_', ' ')})`;
  return `${channel}: ${past}; ${future}`;
}

function arrival(
  delivery: NonNullable<ChannelExplanation['told']>['delivery'],
  clock: (iso: string) => string,
): string {
  if (delivery === null) return '';
  if (delivery.state === 'delivered') return ', arrived';
  const again = delivery.nextAttemptAt ? `, next attempt ${clock(delivery.nextAttemptAt)}` : '';
  return `, ${delivery.state} after ${delivery.attempts} attempts${again}${delivery.detail ? `: ${delivery.detail}` : ''}`;
}
