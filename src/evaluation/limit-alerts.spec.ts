import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Alert, AlertState } from '../alerts/alert.js';
import { limitAlerts, type SteppedAlert } from './limit-alerts.js';

const SLOT = new Date('2026-03-10T12:00:00Z');
const alert = (name: string, state: AlertState, age = 0): Alert => ({
  source: 's',
  fingerprint: name,
  episode: name,
  labels: { alertname: 'A', v: name },
  annotations: {},
  state,
  value: 1,
  activeAt: new Date(SLOT.getTime() - age),
  evaluatedAt: SLOT,
});
/** Was there and stays as it is. */
const stays = (name: string, state: AlertState = 'firing', age = 1): SteppedAlert => {
  const same = alert(name, state, age);
  return { before: same, after: same };
};
/** Begins at this slot. */
const begins = (name: string): SteppedAlert => ({
  after: alert(name, 'firing'),
  transition: { from: 'inactive', to: 'firing', reason: 'condition_met', at: SLOT },
});
/** Resolves at this slot for a reason of its own. */
const resolves = (name: string): SteppedAlert => ({
  before: alert(name, 'firing', 1),
  after: { ...alert(name, 'resolved', 1), resolvedAt: SLOT },
  transition: { from: 'firing', to: 'resolved', reason: 'series_gone', at: SLOT },
});
const told = (...input: Parameters<typeof limitAlerts>): readonly string[] =>
  limitAlerts(...input).changes.map(
    ({ alert: { fingerprint }, deleted, transition }) =>
      `${fingerprint} ${transition?.from}→${transition?.to} ${transition?.reason}${deleted ? ' deleted' : ''}`,
  );

describe('limitAlerts', () => {
  it('stores what moved and nothing else, within the limit', () => {
    const all = [stays('a'), begins('b'), resolves('c'), stays('d', 'pending')];
    expect(told(all, 3, 'clear', SLOT)).toEqual([
      'b inactive→firing condition_met',
      'c firing→resolved series_gone',
    ]);
    expect(limitAlerts(all, 3, 'clear', SLOT)).toMatchObject({ open: 3, cut: 0 });
  });

  it('has no limit at 0', () => {
    expect(limitAlerts([begins('a'), begins('b')], 0, 'clear', SLOT).cut).toBe(0);
  });

  it('clears every alert when there are more, whatever its state, and begins none', () => {
    const all = [stays('a'), begins('b'), resolves('c'), stays('d', 'pending')];
    expect(told(all, 2, 'clear', SLOT)).toEqual([
      'a firing→resolved limit_exceeded',
      'c firing→resolved series_gone',
      'd pending→inactive limit_exceeded deleted',
    ]);
    expect(limitAlerts(all, 2, 'clear', SLOT)).toMatchObject({ open: 3, cut: 3 });
  });

  it('stores what is cleared as resolved now', () => {
    const [change] = limitAlerts([stays('a'), begins('b')], 1, 'clear', SLOT).changes;
    expect(change?.alert).toMatchObject({ state: 'resolved', resolvedAt: SLOT });
  });

  it('cuts the youngest, of one age those that come last by their labels', () => {
    const all = [begins('z'), begins('a'), stays('m', 'pending', 10), stays('k', 'firing', 5)];
    expect(told(all, 3, 'truncate', SLOT)).toEqual(['a inactive→firing condition_met']);
    expect(told(all, 1, 'truncate', SLOT)).toEqual(['k firing→resolved limit_exceeded']);
  });

  it('leaves at most the limit open, and the same ones at the next slot', () => {
    const names = fc.uniqueArray(fc.constantFrom(...'abcdefghij'.split('')), { minLength: 1 });
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 6 }), (present, limit) => {
        const first = limitAlerts(present.map(begins), limit, 'truncate', SLOT);
        const kept = first.changes.map((change) => change.alert);
        expect(kept).toHaveLength(Math.min(limit, present.length));
        const later = new Date(SLOT.getTime() + 1000);
        const second = present.map((name): SteppedAlert => {
          const known = kept.find(({ fingerprint }) => fingerprint === name);
          if (known) return { before: known, after: known };
          return { after: { ...alert(name, 'firing'), activeAt: later } };
        });
        expect(limitAlerts(second, limit, 'truncate', later).changes).toEqual([]);
      }),
    );
  });
});
