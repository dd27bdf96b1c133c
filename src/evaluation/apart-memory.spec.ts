import { expect, it } from '@jest/globals';
import { ApartMemory } from './apart-memory.js';
import type { PlannedQuery } from './plan-queries.js';

const planned = (): PlannedQuery => ({
  offsetMs: 0,
  query: { pieces: [], members: [] },
  questions: new Map(),
});
const slot = (minutes: number): Date => new Date(1_773_144_000_000 + minutes * 60_000);

it('keeps apart, for ten minutes since the last that was parted', () => {
  const memory = new ApartMemory();
  const [one, other] = [planned(), planned()];
  memory.part(slot(0), one, ['x']);
  memory.part(slot(4), one, ['y']);
  expect(memory.at(slot(13), one)).toEqual(new Set(['x', 'y']));
  expect(memory.at(slot(13), other)).toEqual(new Set());
  expect(memory.at(slot(14), one)).toEqual(new Set());
  memory.part(slot(20), one, ['z']);
  expect(memory.at(slot(21), one)).toEqual(new Set(['z']));
});
