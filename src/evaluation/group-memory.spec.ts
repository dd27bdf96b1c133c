import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../alerts/alert.js';
import type { RuleGroup } from '../rules/rule.js';
import { isCurrent, remember } from './group-memory.js';
import type { RuleStanding } from './rule-health.js';

const at = (second: number): Date => new Date(Date.UTC(2026, 2, 10, 12, 0, second));
const group = { key: 'f;g' } as RuleGroup;
const alert = (fingerprint: string, state: Alert['state'] = 'firing', value = 1): Alert =>
  ({ source: 's', fingerprint, state, value }) as Alert;
const standing = (health: RuleStanding['health']): RuleStanding => ({ health, since: at(0), evaluations: 0 });

describe('what is remembered of a group', () => {
  const before = { open: [alert('a'), alert('b'), alert('c')], standings: new Map([['r', standing('ok')]]) };

  it('is what the database holds after the changes', () => {
    const changes = [
      { alert: alert('a', 'firing', 2) },
      { alert: alert('b', 'resolved') },
      { alert: alert('c', 'pending'), deleted: true },
      { alert: alert('d', 'pending') },
    ];
    const memory = remember(group, at(5), before, changes, new Map([['q', { after: standing('error') }]]));
    expect(memory.open.map(({ fingerprint, state, value }) => [fingerprint, state, value])).toEqual([
      ['a', 'firing', 2],
      ['d', 'pending', 1],
    ]);
    expect([...memory.standings].map(([key, { health }]) => [key, health])).toEqual([
      ['r', 'ok'],
      ['q', 'error'],
    ]);
  });

  it('holds until somebody stores another slot, or the rules are read again', () => {
    const memory = remember(group, at(5), before, [], new Map());
    expect(isCurrent(memory, group, at(5))).toBe(true);
    expect(isCurrent(memory, group, at(10))).toBe(false);
    expect(isCurrent(memory, group, null)).toBe(false);
    expect(isCurrent(memory, { ...group }, at(5))).toBe(false);
    expect(isCurrent(undefined, group, null)).toBe(false);
  });
});
