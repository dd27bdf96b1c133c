import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { LoggedNotification } from '../routing/decide-notification.js';
import { createMatcher } from '../alerts/matcher.js';
import { compileRoutes } from '../routing/compile-routes.js';
import { buildInhibitionIndex, compileInhibitRules } from '../routing/inhibition.js';
import type { TimeInterval } from '../routing/mute-timing.js';
import type { Route } from '../routing/route.js';
import { InhibitRules, RouteTree } from '../routing/route.schema.js';
import type { Silence } from '../routing/silence.js';
import { type ChannelDecision, flushGroup, type FlushOutcome } from './flush-group.js';
import type { MessageAlert } from './message.js';

const HOUR = 3_600_000;
const NOW = new Date('2026-03-10T12:00:00Z');
const HOOK = 'team/webhook/0';
const MAIL = 'team/email/0';

const route = compileRoutes(
  RouteTree.parse({
    receiver: 'other',
    routes: [{ receiver: 'team', repeat_interval: '4h', mute_time_intervals: ['night'] }],
  }),
).children[0] as Route;
const rules = compileInhibitRules(
  InhibitRules.parse([
    { source_matchers: ['role="cause"'], target_matchers: ['role!="cause"'], equal: ['name'] },
  ]),
);
const night = (muted: boolean): ReadonlyMap<string, TimeInterval> =>
  new Map([['night', { name: 'night', contains: () => muted }]]);

/** An alert is a letter: firing in capitals, resolved in small ones. */
const member = (letter: string): MessageAlert => {
  const name = letter.toLowerCase();
  const firing = letter !== name;
  return {
    status: firing ? 'firing' : 'resolved',
    fingerprint: name,
    episode: 'e',
    labels: { name },
    annotations: {},
    value: null,
    startsAt: NOW.toISOString(),
    ...(firing ? {} : { endsAt: NOW.toISOString() }),
  };
};
const silenceOn = (name: string): Silence => {
  const made = createMatcher('name', '=', name);
  if (!made.ok) throw new Error(made.error.message);
  return {
    id: `silence of ${name}`,
    matchers: [made.matcher],
    startsAt: NOW,
    endsAt: new Date(NOW.getTime() + HOUR),
    createdBy: 'ada',
    comment: 'c',
    annotations: {},
    updatedAt: NOW,
  };
};
const letters = (text: string): string[] => text.split('');

interface Tick {
  readonly members: string;
  /** Letters of alerts that something else inhibits. */
  readonly inhibited?: string;
  readonly muted?: boolean;
  /** Letters of alerts that a silence hides. */
  readonly silenced?: string;
  /** What the channels were told before. */
  readonly log?: ReadonlyMap<string, LoggedNotification>;
  readonly at?: Date;
}

function flush({
  members,
  inhibited = '',
  muted = false,
  silenced = '',
  log = new Map(),
  at = NOW,
}: Tick): FlushOutcome {
  return flushGroup({
    route,
    members: letters(members).map(member),
    channels: [
      { channel: HOOK, sendResolved: true },
      { channel: MAIL, sendResolved: false },
    ],
    log,
    inhibitRules: rules,
    inhibition: buildInhibitionIndex(
      rules,
      letters(inhibited).map((name) => ({
        fingerprint: `cause of ${name}`,
        labels: { name, role: 'cause' },
      })),
    ),
    timeIntervals: night(muted),
    silences: letters(silenced).map(silenceOn),
    now: at,
  });
}

const of = (outcome: FlushOutcome, channel: string): ChannelDecision =>
  outcome.channels.find((decision) => decision.channel === channel) as ChannelDecision;
/** `reason: what the message lists`, `(reason)` when only the log changes, `-reason` when nothing does. */
function say(decision: ChannelDecision): string {
  if (!decision.send) return `-${decision.reason}`;
  const list = decision.alerts
    .map(({ status, fingerprint }) => (status === 'firing' ? fingerprint.toUpperCase() : fingerprint))
    .join('');
  return decision.deliver ? `${decision.reason}: ${list}` : `(${decision.reason})`;
}
const told = (firing: string, open = '', agoMs = 60_000): ReadonlyMap<string, LoggedNotification> =>
  new Map(
    [HOOK, MAIL].map((channel) => [
      channel,
      {
        firing: letters(firing),
        resolved: [],
        open: letters(open),
        notifiedAt: new Date(NOW.getTime() - agoMs),
      },
    ]),
  );

describe('a flush', () => {
  it.each<[sentence: string, tick: Tick, hook: string, mail: string]>([
    ['tells both channels what fires', { members: 'AB' }, 'first: AB', 'first: AB'],
    ['tells nobody of what came and went', { members: 'a' }, '-nothing_firing', '-nothing_firing'],
    ['tells of one more', { members: 'AB', log: told('a') }, 'new_alerts: AB', 'new_alerts: AB'],
    ['tells nothing twice', { members: 'AB', log: told('ab') }, '-unchanged', '-unchanged'],
    ['reminds', { members: 'A', log: told('a', '', 5 * HOUR) }, 'repeat: A', 'repeat: A'],
    [
      'tells of one resolved only those who want to hear of it',
      { members: 'Ab', log: told('ab') },
      'some_resolved: Ab',
      '-unchanged',
    ],
    [
      'tells of all resolved only those who want to hear of it, and remembers it for both',
      { members: 'ab', log: told('ab') },
      'all_resolved: ab',
      '(all_resolved)',
    ],
    [
      'lists no resolved alert that was never announced',
      { members: 'Abc', log: told('ab') },
      'some_resolved: Ab',
      '-unchanged',
    ],
    ['is silent about what is inhibited', { members: 'A', inhibited: 'a' }, '-inhibited_by', '-inhibited_by'],
    ['tells of the rest', { members: 'AB', inhibited: 'a' }, 'first: B', 'first: B'],
    ['is silent about what is silenced', { members: 'A', silenced: 'a' }, '-silenced_by', '-silenced_by'],
    ['tells of what is not', { members: 'AB', silenced: 'a' }, 'first: B', 'first: B'],
    [
      'closes what was announced even if it is silenced by then',
      { members: 'a', silenced: 'a', log: told('a') },
      'all_resolved: a',
      '(all_resolved)',
    ],
    ['is silent in a mute interval', { members: 'AB', muted: true }, '-muted_by', '-muted_by'],
    [
      'closes what was announced even in a mute interval',
      { members: 'aB', muted: true, log: told('ab') },
      'all_resolved: a',
      '(all_resolved)',
    ],
    [
      'closes what was announced even if it is inhibited by then',
      { members: 'a', inhibited: 'a', log: told('a') },
      'all_resolved: a',
      '(all_resolved)',
    ],
    [
      'closes what was announced before it was hidden behind a later message',
      { members: 'aB', log: told('b', 'a') },
      'some_resolved: Ba',
      '-unchanged',
    ],
    [
      'closes it also as the last one',
      { members: 'a', log: told('', 'a') },
      'all_resolved: a',
      '(all_resolved)',
    ],
    [
      'tells again of what is no longer hidden',
      { members: 'AB', log: told('b', 'a') },
      'new_alerts: AB',
      'new_alerts: AB',
    ],
  ])('%s', (_sentence, tick, hook, mail) => {
    const outcome = flush(tick);
    expect([say(of(outcome, HOOK)), say(of(outcome, MAIL))]).toEqual([hook, mail]);
  });

  it('remembers what it listed, and what it announced earlier and hid this time', () => {
    const decision = of(flush({ members: 'ABc', inhibited: 'a', log: told('ac') }), HOOK);
    expect(decision.send && decision.entry).toEqual({
      firing: ['b'],
      resolved: ['c'],
      open: ['a'],
      notifiedAt: NOW,
    });
  });

  it('names who is kept quiet, and by what', () => {
    expect(flush({ members: 'ABc', inhibited: 'ac' }).suppressed).toEqual([
      { fingerprint: 'a', reason: 'inhibited_by', by: 'cause of a' },
    ]);
    expect(flush({ members: 'Ab', muted: true }).suppressed).toEqual([
      { fingerprint: 'a', reason: 'muted_by', by: 'night' },
    ]);
    expect(flush({ members: 'AB', inhibited: 'b', silenced: 'ab' }).suppressed).toEqual([
      { fingerprint: 'a', reason: 'silenced_by', by: 'silence of a' },
      { fingerprint: 'b', reason: 'inhibited_by', by: 'cause of b' },
    ]);
    expect(of(flush({ members: 'AB', silenced: 'ab' }), HOOK)).toMatchObject({
      reason: 'silenced_by',
      by: ['silence of a', 'silence of b'],
    });
  });

  it('lets go of everything that has resolved', () => {
    expect(flush({ members: 'AbCd' }).gone).toEqual(['b', 'd']);
  });
});

describe('over any sequence of flushes', () => {
  const names = ['a', 'b', 'c'];
  const change = fc.record({
    firing: fc.subarray(names),
    inhibited: fc.subarray(names),
    muted: fc.boolean(),
    hours: fc.constantFrom(0.1, 5),
  });

  it('announced implies closed, unannounced stays unmentioned, and what fires aloud is known', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const [known, knownByMail] = [new Set<string>(), new Set<string>()];
        const log = new Map<string, LoggedNotification>();
        let [firing, now]: [readonly string[], number] = [[], NOW.getTime()];
        for (const tick of changes) {
          now += tick.hours * HOUR;
          const resolved = firing.filter((name) => !tick.firing.includes(name));
          firing = tick.firing;
          const outcome = flush({
            members: [...firing.map((name) => name.toUpperCase()), ...resolved].join(''),
            inhibited: tick.inhibited.join(''),
            muted: tick.muted,
            log: new Map(log),
            at: new Date(now),
          });
          for (const decision of outcome.channels) {
            if (!decision.send) continue;
            log.set(decision.channel, decision.entry);
            const ears = decision.channel === HOOK ? known : knownByMail;
            if (!decision.deliver) continue;
            for (const { status, fingerprint } of decision.alerts) {
              if (status === 'firing') ears.add(fingerprint);
              else {
                expect(decision.channel).toBe(HOOK);
                expect(ears.delete(fingerprint)).toBe(true);
              }
            }
          }
          const loud = tick.muted ? [] : firing.filter((name) => !tick.inhibited.includes(name));
          for (const name of loud) expect([known.has(name), knownByMail.has(name)]).toEqual([true, true]);
          for (const name of known) expect(firing).toContain(name);
          expect(outcome.gone.toSorted()).toEqual([...resolved].toSorted());
        }
      }),
      { numRuns: 300 },
    );
  });
});
