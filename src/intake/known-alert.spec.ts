import { describe, expect, it } from '@jest/globals';
import { isRepetition, knownOf } from './known-alert.js';
import type { PostedAlert } from './posted-alert.js';
import { receivePosted } from './receive-posted.js';

const at = (second: number): Date => new Date(Date.UTC(2026, 2, 10, 12, 0, second));
const posted = (over: Partial<PostedAlert> = {}): PostedAlert => ({
  labels: { alertname: 'Low' },
  annotations: { summary: 'too low' },
  startsAt: at(0),
  endsAt: at(240),
  endAssumed: false,
  generatorUrl: 'http://prometheus/graph',
  ...over,
});

const stored = receivePosted(undefined, posted(), at(0))?.alert;
if (!stored) throw new Error('a new alert is stored');

describe('a post is a mere repetition', () => {
  it.each<[what: string, over: Partial<PostedAlert>, second: number, expected: boolean]>([
    ['with a later end', { endsAt: at(300) }, 60, true],
    ['with the same end', {}, 60, true],
    ['told again by a sender that saw it begin later', { startsAt: at(30), endsAt: at(300) }, 60, true],
    ['not when it began earlier', { startsAt: new Date(at(0).getTime() - 1), endsAt: at(300) }, 60, false],
    ['not when its period is another', { startsAt: at(241), endsAt: at(500) }, 60, false],
    ['not when the end comes sooner', { endsAt: at(200) }, 60, false],
    ['not when it is over', { endsAt: at(60) }, 60, false],
    ['not when it says something else', { annotations: { summary: 'lower' }, endsAt: at(300) }, 60, false],
    ['not when it leads elsewhere', { generatorUrl: 'http://other', endsAt: at(300) }, 60, false],
    ['not when nobody names its end any more', { endAssumed: true, endsAt: at(300) }, 60, false],
    ['not when the stored end is near', { endsAt: at(480) }, 236, false],
    ['not when the stored end has passed', { endsAt: at(480) }, 241, false],
  ])('%s', (_what, over, second, expected) => {
    const post = posted(over);
    expect(isRepetition(knownOf(stored), post, at(second))).toBe(expected);
    if (!expected) return;
    // Then the full rules find the same.
    const full = receivePosted(stored, post, at(second));
    expect(full?.transition).toBeUndefined();
    expect(full?.alert).toEqual({ ...stored, endsAt: post.endsAt, evaluatedAt: at(second) });
  });

  it('never of what is unknown, over, or has no end of its own', () => {
    expect(isRepetition(undefined, posted(), at(60))).toBe(false);
    expect(knownOf({ ...stored, state: 'resolved' })).toBeUndefined();
    const { endsAt: _end, ...endless } = stored;
    expect(knownOf(endless)).toBeUndefined();
  });
});
