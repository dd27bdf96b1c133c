import type { TrafficMode } from '../sensor.js';
import type { Stage } from './story.js';

/** A story the demo can tell: what happens to the flowers, what Retune does about it, and what is left to look at. */
export interface Ending {
  readonly mode: TrafficMode;
  /** How long the accuracy must have been bad before a run starts. */
  readonly sustained: string;
  /** Said when the traffic changes. */
  readonly change: string;
  /** What is waited for, in this order. */
  readonly stages: readonly Stage[];
  /** States of a run from which this story cannot go on. */
  readonly deadEnds: readonly string[];
  /** Said at the end: what has been seen, and what goes on. */
  readonly moral: string;
  readonly after: string;
}

const TOLD: readonly Stage[] = ['slack', 'email', 'pagerduty'];
const BROKEN = ['failed', 'timed_out', 'lost', 'cancelled', 'regressed', 'unverifiable'];
const TRAINED: readonly Stage[] = ['decided', 'dispatched', 'trained', 'serving'];

/** The endings by the flag that selects them; without a flag training helps. */
export const ENDINGS = {
  gain: {
    mode: 'shifted',
    sustained: '4s',
    change: 'accuracy is judged good; now the world changes',
    stages: [
      'healthy',
      'pending',
      'firing',
      'drift',
      ...TOLD,
      ...TRAINED,
      'resolved',
      'slack_resolved',
      'email_resolved',
      'pagerduty_resolved',
      'verified',
    ],
    deadEnds: [...BROKEN, 'not_improved'],
    moral: 'the loop is closed: it failed, people were told, it was trained anew, and live metrics prove it',
    after: 'the drift rule keeps comparing with the data of version 1, so it goes on firing',
  },
  'bad-data': {
    mode: 'bad_data',
    sustained: '4s',
    change: 'accuracy is judged good; now readings go missing and labels are wrong',
    stages: ['healthy', 'errors', 'pending', 'firing', ...TOLD, 'blocked', 'slack_held', 'email_held'],
    // No run may start at all.
    deadEnds: [
      'pending',
      'awaiting_approval',
      'dispatched',
      'running',
      'succeeded',
      'soaking',
      'verified',
      ...BROKEN,
    ],
    moral: 'nothing was trained on bad data: the model fails, the data is the reason, and people know which',
    after: 'it is decided anew once the error rate is back to normal',
  },
  'no-gain': {
    mode: 'no_gain',
    // So that what the new version is compared with is the old one on noise alone.
    sustained: '32s',
    change: 'accuracy is judged good; now readings turn into noise that no training can learn',
    stages: [
      'healthy',
      'pending',
      'firing',
      ...TOLD,
      ...TRAINED,
      'not_improved',
      'escalated',
      'circuit_open',
    ],
    deadEnds: [...BROKEN, 'verified'],
    moral:
      'training did not help, which live metrics told and the pipeline did not: people were fetched, and no more is spent',
    after: 'the circuit stays open until a person resets it',
  },
} as const satisfies Readonly<Record<string, Ending>>;
