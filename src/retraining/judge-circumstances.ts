import { formatDuration } from '../schema/duration.js';
import { blackoutUntil } from './blackout.js';
import type { DecisionInput } from './decision.js';
import type { Judged } from './judged.js';
import type { Level } from './signal-cap.js';

/** How long the trigger has held; whoever asks waits for nothing. */
export function judgeSustained(
  since: Date | undefined,
  { policy, asker }: DecisionInput,
  pass: boolean,
  now: Date,
): Judged {
  if (asker) return { pass: true, hold: 'not_sustained', detail: `not asked of a ${asker.kind}` };
  const needed = formatDuration(policy.sustainedMs);
  if (!since)
    return { pass: false, hold: 'not_sustained', detail: `0s of ${needed}: the trigger does not hold` };
  const heldMs = Math.max(0, now.getTime() - since.getTime());
  const seconds = Math.floor(heldMs / 1000) * 1000;
  const detail = `${formatDuration(seconds)} of ${needed}, since ${since.toISOString()}`;
  return {
    pass,
    hold: 'not_sustained',
    detail,
    until: new Date(since.getTime() + policy.sustainedMs),
  };
}

/** Whether there is anything new to train on. What nobody knows is not enough. */
export function judgeNewLabels({ policy, newLabels }: DecisionInput): Judged {
  const hold = 'new_labels';
  const { newLabels: needed } = policy;
  if (needed === 0) return { pass: true, hold, detail: 'the policy requires none' };
  const known = newLabels ?? { kind: 'unknown', why: 'nobody asked' };
  switch (known.kind) {
    case 'assumed':
      return { pass: true, hold, detail: `${needed} required; not counted here and taken for enough` };
    case 'unknown':
      return { pass: false, hold, detail: `unknown, of ${needed}: ${known.why}` };
    case 'counted':
      return { pass: known.count >= needed, hold, detail: `${known.count} of ${needed} ${known.since}` };
  }
}

/** Whether the operator lets runs start at this time. A suggestion starts nothing. */
export function judgeBlackout({ policy }: DecisionInput, level: Level, now: Date): Judged {
  const hold = 'blackout';
  if (policy.blackout.length === 0) return { pass: true, hold, detail: 'the policy has none' };
  const until = blackoutUntil(policy.blackout, now);
  if (!until) return { pass: true, hold, detail: 'outside of every blackout' };
  if (level === 'suggest')
    return { pass: true, hold, detail: `until ${until.toISOString()}, but nothing would start` };
  return { pass: false, hold, detail: `until ${until.toISOString()}`, until };
}

/** Whether somebody silenced the alerts: then nothing starts without a person. */
export function judgeSilence({ silenced, asker }: DecisionInput, level: Level): Judged {
  if (!silenced) return { pass: true, hold: 'silenced', detail: 'no silence covers the alerts' };
  const alone = level === 'dispatch' && asker?.kind !== 'person';
  const detail = alone ? 'silenced: nothing starts by itself' : 'silenced: a person decides anyway';
  return { pass: !alone, hold: 'silenced', detail };
}
