import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { compileRoutes } from '../routing/compile-routes.js';
import { buildInhibitionIndex } from '../routing/inhibition.js';
import type { LoggedNotification } from '../routing/decide-notification.js';
import { RouteTree } from '../routing/route.schema.js';
import { flushGroup } from './flush-group.js';
import type { FlushMember } from './pick-late.js';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 2, 10, 12);
const route = compileRoutes(
  RouteTree.parse({ receiver: 'team', group_interval: '5m', repeat_interval: '1h', group_wait: '30s' }),
);

/** What one of three alerts does between two ticks; `flaps`: what fires ends, and fires and ends once more. */
type Life = 'nothing' | 'short' | 'fires' | 'ends' | 'flaps';

const lives = fc.array(
  fc.record({
    a: fc.constantFrom<Life>('nothing', 'short', 'fires', 'ends', 'flaps'),
    b: fc.constantFrom<Life>('nothing', 'short', 'fires', 'ends', 'flaps'),
    c: fc.constantFrom<Life>('nothing', 'short', 'fires', 'ends', 'flaps'),
    hushed: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);

/** Plays lives against one channel, tick by tick, as the dispatcher does; what was sent of each episode. */
function play(ticks: typeof lives extends fc.Arbitrary<infer T> ? T : never, sendResolved: boolean) {
  let log: LoggedNotification | undefined;
  const members = new Map<string, FlushMember>();
  const sent: { tick: number; episode: string; status: string; late: boolean }[] = [];
  const short = new Map<string, boolean>();
  const lateOnly: number[] = [];
  ticks.forEach((tick, index) => {
    const now = new Date(NOON + (index + 1) * 5 * MINUTE);
    for (const name of ['a', 'b', 'c'] as const) {
      const held = members.get(name);
      const episode = `${name}${index}`;
      const startsAt = new Date(now.getTime() - 2 * MINUTE).toISOString();
      const endsAt = new Date(now.getTime() - MINUTE).toISOString();
      const born = { fingerprint: name, episode, labels: { name }, annotations: {}, value: null, startsAt };
      if (held?.status === 'firing') {
        if (tick[name] === 'flaps') members.set(name, { ...born, status: 'resolved', endsAt });
        if (tick[name] === 'ends') members.set(name, { ...held, status: 'resolved', endsAt });
      } else if (tick[name] === 'fires') members.set(name, { ...born, status: 'firing' });
      else if (tick[name] === 'short') {
        members.set(name, { ...born, status: 'resolved', endsAt, ...(tick.hushed && { hushed: true }) });
        short.set(episode, tick.hushed);
      }
    }
    const outcome = flushGroup({
      route,
      members: [...members.values()],
      channels: [{ channel: 'c', sendResolved, sendLate: true }],
      log: new Map(log ? [['c', log]] : []),
      inhibitRules: [],
      inhibition: buildInhibitionIndex([], []),
      timeIntervals: new Map(),
      silences: [],
      now,
    });
    const [decision] = outcome.channels;
    if (decision?.send) {
      log = decision.entry;
      if (decision.deliver)
        for (const { episode, status, late } of decision.alerts)
          sent.push({ tick: index, episode, status, late: late !== undefined });
      if (decision.reason === 'late') lateOnly.push(index);
    }
    for (const name of outcome.gone) members.delete(name);
  });
  return { sent, short, lateOnly, left: [...members.values()].map(({ episode }) => episode) };
}

describe('what is told late, whatever happens', () => {
  it('is told once, is told as over, and is nothing that was hushed or told as firing', () => {
    fc.assert(
      fc.property(lives, fc.boolean(), (ticks, sendResolved) => {
        const { sent, short } = play(ticks, sendResolved);
        const late = sent.filter((one) => one.late);
        expect(new Set(late.map(({ episode }) => episode)).size).toBe(late.length);
        for (const { episode, status } of late) {
          expect(status).toBe('resolved');
          // One that fired for long is late only where its firing was taken for that of a period whose end was not told.
          expect(short.get(episode) ?? sendResolved).toBe(false);
          expect(sent.some((one) => one.episode === episode && one.status === 'firing')).toBe(false);
        }
      }),
    );
  });

  it('is no alert that the same message closes', () => {
    fc.assert(
      fc.property(lives, fc.boolean(), (ticks, sendResolved) => {
        const listed = play(ticks, sendResolved).sent.map(({ tick, episode }) => `${tick} ${episode}`);
        expect(new Set(listed).size).toBe(listed.length);
      }),
    );
  });

  it('is everything that was over before a tick, unless the alert fired again before it was its turn', () => {
    fc.assert(
      fc.property(lives, fc.boolean(), (ticks, sendResolved) => {
        const { sent, short, left } = play(ticks, sendResolved);
        const told = new Set(sent.map(({ episode }) => episode));
        const again = (episode: string): boolean =>
          ticks.some(
            (tick, index) =>
              index > Number(episode.slice(1)) &&
              ['short', 'fires'].includes(tick[episode[0] as 'a' | 'b' | 'c']),
          );
        for (const [episode, hushed] of short)
          if (!hushed && !left.includes(episode) && !again(episode)) expect(told).toContain(episode);
      }),
    );
  });

  it('comes alone at most once an hour for an alert that comes and goes', () => {
    const ticks = Array.from({ length: 36 }, () => ({
      a: 'short' as const,
      b: 'nothing' as const,
      c: 'nothing' as const,
      hushed: false,
    }));
    expect(play(ticks, true).lateOnly).toEqual([0, 12, 24]);
  });
});
