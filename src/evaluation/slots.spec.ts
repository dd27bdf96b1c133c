import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { nextSlot, slotOffset } from './slots.js';

const keys = fc.string({ minLength: 1 });
const intervals = fc.integer({ min: 1000, max: 86_400_000 });
const instants = fc.integer({ min: 0, max: 4_000_000_000_000 }).map((ms) => new Date(ms));

describe('the offset of a group', () => {
  it('lies inside its interval and is the same at every start', () => {
    fc.assert(
      fc.property(keys, intervals, (key, interval) => {
        const offset = slotOffset(key, interval);
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThan(interval);
        expect(Number.isInteger(offset)).toBe(true);
        expect(slotOffset(key, interval)).toBe(offset);
      }),
    );
  });

  it('spreads groups over the interval', () => {
    const tenths = Array.from({ length: 1000 }, (_, index) =>
      Math.floor(slotOffset(`rules.yml;group-${index}`, 60_000) / 6000),
    );
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = tenths.filter((each) => each === tenth).length;
      expect(share).toBeGreaterThan(60);
      expect(share).toBeLessThan(140);
    }
  });
});

describe('the next slot', () => {
  it.each<[sentence: string, after: number, interval: number, offset: number, expected: number]>([
    ['is the offset itself at the beginning', 0, 60_000, 7000, 7000],
    ['is one interval later right on a slot', 7000, 60_000, 7000, 67_000],
    ['is a slot that comes a moment later', 6999, 60_000, 7000, 7000],
    ['needs no offset', 60_000, 60_000, 0, 120_000],
  ])('%s', (_sentence, after, interval, offset, expected) => {
    expect(nextSlot(new Date(after), interval, offset).getTime()).toBe(expected);
  });

  it('comes after the given time, at most one interval later, and in phase', () => {
    fc.assert(
      fc.property(instants, keys, intervals, (after, key, interval) => {
        const offset = slotOffset(key, interval);
        const slot = nextSlot(after, interval, offset).getTime();
        expect(slot).toBeGreaterThan(after.getTime());
        expect(slot - after.getTime()).toBeLessThanOrEqual(interval);
        expect((slot - offset) % interval).toBe(0);
        expect(nextSlot(new Date(slot), interval, offset).getTime()).toBe(slot + interval);
      }),
    );
  });
});
