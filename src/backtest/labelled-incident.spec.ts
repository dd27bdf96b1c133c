import { describe, expect, it } from '@jest/globals';
import { detect, parseIncidents, parseInstant, rateDetector } from './labelled-incident.js';
import type { Episode } from './rule-record.js';

const MINUTE = 60_000;
const episode = (from: number, to?: number): Episode => ({
  labels: {},
  activeAt: new Date(from * MINUTE),
  firedAt: new Date(from * MINUTE),
  worst: null,
  ...(to === undefined ? {} : { resolvedAt: new Date(to * MINUTE) }),
});
const incident = { fromMs: 10 * MINUTE, toMs: 20 * MINUTE };

describe('known incidents', () => {
  it.each([
    ['2026-03-01T10:00Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01 10:00:30', '2026-03-01T10:00:30.000Z'],
    ['2026-03-01T10:00+02:00', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(parseInstant(text) ?? 0).toISOString()).toBe(iso);
  });

  it.each(['', 'yesterday', '2026-13-01', '10:00', '2026-03-01T25:00Z'])('%s is no instant', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('are read in the order of time, and a bad one is given back', () => {
    expect(parseIncidents('2026-03-02/2026-03-03, 2026-03-01/2026-03-02')).toEqual([
      { fromMs: Date.parse('2026-03-01'), toMs: Date.parse('2026-03-02') },
      { fromMs: Date.parse('2026-03-02'), toMs: Date.parse('2026-03-03') },
    ]);
    expect(parseIncidents('2026-03-02/2026-03-01')).toEqual({ bad: '2026-03-02/2026-03-01' });
    expect(parseIncidents('2026-03-02')).toEqual({ bad: '2026-03-02' });
  });

  it('are seen by what begins to fire in them, the fastest first', () => {
    const rules = [
      { rule: 'Before', episodes: [episode(5, 12)] },
      { rule: 'Slow', episodes: [episode(18)] },
      { rule: 'Fast', episodes: [episode(2, 4), episode(11, 12), episode(15, 16)] },
      { rule: 'Elsewhere', episodes: [episode(25, 30)] },
    ];
    expect(detect([incident], rules)).toEqual([
      {
        ...incident,
        by: [{ rule: 'Fast', delayMs: MINUTE }, { rule: 'Slow', delayMs: 8 * MINUTE }, { rule: 'Before' }],
      },
    ]);
  });

  it('make false alarms of what fires outside of all of them', () => {
    const other = { fromMs: 40 * MINUTE, toMs: 50 * MINUTE };
    const episodes = [episode(2, 4), episode(5, 12), episode(45), episode(60, 61)];
    expect(rateDetector([incident, other], episodes)).toEqual({ detected: 1, falseAlarms: 2 });
  });
});
