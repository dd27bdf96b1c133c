import { describe, expect, it } from '@jest/globals';
import { readAskedTime } from './explain-run.js';

const NOW = new Date('2026-03-10T12:00:00Z');

describe('the time of explain run', () => {
  it.each<[text: string, iso: string | undefined]>([
    ['2026-03-10T03:10Z', '2026-03-10T03:10:00.000Z'],
    ['2026-03-10T03:10:05+01:00', '2026-03-10T02:10:05.000Z'],
    ['03:10', '2026-03-10T03:10:00.000Z'],
    ['12:00', '2026-03-10T12:00:00.000Z'],
    ['12:01', '2026-03-09T12:01:00.000Z'],
    ['24:00', undefined],
    ['3:10', undefined],
    ['noon', undefined],
  ])('%s', (text, iso) => {
    const ms = readAskedTime(text, NOW);
    expect(ms === undefined ? undefined : new Date(ms).toISOString()).toBe(iso);
  });
});
