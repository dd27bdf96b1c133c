import { describe, expect, it } from '@jest/globals';
import type { Question } from './plan-queries.js';
import { ScanMemory } from './scan-memory.js';

const question = (n: number): Question => ({ key: `0 q${n}`, expr: `q${n}`, offsetMs: 0, scan: true });
const questions = Array.from({ length: 200 }, (_, n) => question(n));
const slot = (seconds: number): Date => new Date(1_773_144_000_000 + seconds * 1000);

describe('ScanMemory', () => {
  it('has the turn of each come every ten minutes, a few at a slot', () => {
    const memory = new ScanMemory();
    const looks = new Map<Question, number[]>();
    for (let at = 0; at < 1800; at += 5) {
      const due = memory.due(questions, slot(at), 5000);
      expect(due.length).toBeLessThanOrEqual(2);
      for (const each of due) {
        looks.set(each, [...(looks.get(each) ?? []), at]);
        memory.note(each, 0, slot(at));
      }
    }
    expect(looks.size).toBe(200);
    for (const times of looks.values()) {
      expect(times[0]).toBeLessThan(600);
      expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(600);
      expect((times[1] ?? 0) - (times[0] ?? 0)).toBeLessThan(700);
    }
  });

  it('looks at a single one at once, and at all of a slow group within one slot', () => {
    expect(new ScanMemory().due(questions.slice(0, 1), slot(0), 1000)).toHaveLength(1);
    expect(new ScanMemory().due(questions, slot(0), 3_600_000)).toHaveLength(200);
    expect(new ScanMemory().due([], slot(0), 1000)).toEqual([]);
  });

  it('knows what it was told last', () => {
    const memory = new ScanMemory();
    const [first, second] = questions as [Question, Question];
    memory.note(first, 7, slot(0));
    memory.note(second, undefined, slot(0));
    expect([memory.scannedBy(first), memory.scannedBy(second)]).toEqual([7, undefined]);
    expect(memory.due([first, second], slot(599), 1000)).toEqual([]);
    expect(memory.due([first, second], slot(600), 1000)).toHaveLength(1);
  });
});
