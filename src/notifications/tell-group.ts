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
  const future = next.at
    ? `next message ${clock(next.at)}${next.send ? ` (${next.reason.replaceAll('_', ' ')})` : ', as a reminder'}`
    : `no further message (${next.reason.replaceAll('_', ' ')})`;
  return `${channel}: ${told ? tellMessage(told, clock) : 'not told yet'}; ${future}`;
}

/** What is on its way is not told yet. */
function tellMessage(
  { reason, at, asFiring, delivery }: NonNullable<ChannelExplanation['told']>,
  clock: (iso: string) => string,
): string {
  const which = `${clock(at)} (${reason.replaceAll('_', ' ')})${asFiring ? '' : ', not of this alert,'}`;
  if (delivery === null || delivery.state === 'delivered') return `told ${which}`;
  const again = delivery.nextAttemptAt ? `, next attempt ${clock(delivery.nextAttemptAt)}` : '';
  const why = delivery.detail ? `: ${delivery.detail}` : '';
  return `the message of ${which} has not arrived, ${delivery.state} after ${delivery.attempts} attempts${again}${why}`;
}
