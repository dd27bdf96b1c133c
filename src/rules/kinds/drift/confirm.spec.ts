import { describe, expect, it } from '@jest/globals';
import { fingerprint } from '../../../alerts/fingerprint.js';
import type { SamplesByQuery } from '../../../prometheus/sample.js';
import type { Observation } from '../kind.js';
import { CALM, histogram, iris, MOVED } from './fake-answers.js';
import { drift } from './index.js';
import { DriftSpec } from './spec.js';

const seven = fingerprint({ model_name: 'iris', model_version: '7' });

const judge = (spec: object, samples: SamplesByQuery, severity?: string): Observation => {
  const parsed = DriftSpec.parse({ model: 'iris', features: ['petal'], ...spec });
  const observations = drift.judge(parsed, samples, {
    now: new Date(0),
    model: iris,
    firing: new Set(severity === undefined ? [] : [seven]),
    severities: new Map(severity === undefined ? [] : [[seven, severity]]),
  });
  expect(observations).toHaveLength(1);
  return observations[0] as Observation;
};
const petal = (counts: readonly number[]) => histogram('petal', counts);

describe('confirm', () => {
  const spec = { confirm: 3, window: '6h' };

  it('asks the same question once per window, each window before the other', () => {
    const parsed = DriftSpec.parse({ model: 'iris', ...spec, seasonal_guard: true });
    const asked = drift.queries(parsed, iris).map(({ name, expr }) => [name, expr]);
    const exprs = Object.fromEntries(asked) as Record<string, string>;
    expect(Object.keys(exprs)).toEqual([
      'current',
      'seasonal',
      'current_2',
      'seasonal_2',
      'current_3',
      'seasonal_3',
      'native',
      'traffic',
      'seen',
    ]);
    expect(exprs['current']).not.toContain('offset');
    expect(exprs['current_2']).toContain('[6h] offset 6h)');
    expect(exprs['current_3']).toContain('[6h] offset 12h)');
    expect(exprs['seasonal_2']).toContain('[6h] offset 7d6h)');
  });

  it('fires when every window breaches on its own', () => {
    const samples = { current: petal(MOVED), current_2: petal(MOVED), current_3: petal(MOVED) };
    const { verdict, evidence } = judge(spec, samples);
    expect(verdict).toBe('breached');
    expect(evidence?.note).toContain('in 3 windows in a row');
  });

  it('is clear when one of them does not, and tells which', () => {
    const samples = { current: petal(MOVED), current_2: petal(MOVED), current_3: petal(CALM.petal) };
    const { verdict, evidence } = judge(spec, samples);
    expect(verdict).toBe('clear');
    expect(evidence?.note).toContain('not confirmed: the window from 18h to 12h ago does not breach, at 0');
  });

  it.each<[string, SamplesByQuery]>([
    ['too few events', { current_2: petal([1, 50, 50, 0]), current_3: petal(MOVED) }],
    ['no series, as of a young version', { current_2: petal(MOVED) }],
  ])('can say nothing when a window has %s', (_, older) => {
    const { verdict, evidence } = judge(spec, { current: petal(MOVED), ...older });
    expect(verdict).toBe('insufficient_data');
    expect(evidence?.note).toContain('cannot be judged');
  });

  it('ends with the latest window, whatever was before', () => {
    const samples = { current: petal(CALM.petal), current_2: petal(MOVED), current_3: petal(MOVED) };
    expect(judge(spec, samples, 'warning').verdict).toBe('clear');
  });

  it('is as severe as the mildest window', () => {
    const mild = petal([400, 900, 690, 10]);
    const lines = { confirm: 2, warn: 0.1, critical: 0.4 };
    expect(judge(lines, { current: petal(MOVED), current_2: petal(MOVED) }).severity).toBe('critical');
    expect(judge(lines, { current: petal(MOVED), current_2: mild }).severity).toBe('warning');
  });
});

describe('lines', () => {
  const near = petal([450, 950, 590, 10]); // 0.105 from the reference

  it('rests at recover, or at 0.8 times the threshold', () => {
    expect(judge({ above: 0.12 }, { current: near }, 'warning').verdict).toBe('breached');
    expect(judge({ above: 0.2 }, { current: near }, 'warning').verdict).toBe('clear');
    expect(judge({ above: 0.2, recover: 0.09 }, { current: near }, 'warning').verdict).toBe('breached');
    expect(judge({ above: 0.12, recover: 0.11 }, { current: near }, 'warning').verdict).toBe('clear');
    expect(judge({ above: 0.2, recover: 0.09 }, { current: near }).verdict).toBe('clear');
  });

  it.each<[string, object, string | undefined]>([
    ['one line says nothing', { above: 0.1 }, undefined],
    ['conventions say nothing', {}, undefined],
    ['warn', { warn: 0.1 }, 'warning'],
    ['beyond critical', { warn: 0.1, critical: 0.3 }, 'critical'],
    ['critical alone, beyond it', { critical: 0.3 }, 'critical'],
    ['below critical', { warn: 0.1, critical: 5 }, 'warning'],
  ])('severity: %s', (_, spec, severity) => {
    const observation = judge(spec, { current: petal(MOVED) });
    expect([observation.verdict, observation.severity]).toEqual(['breached', severity]);
  });

  it('stays critical until the distance is well below the line', () => {
    const spec = { warn: 0.05, critical: 0.12 };
    expect(judge(spec, { current: near }, 'critical').severity).toBe('critical');
    expect(judge(spec, { current: near }, 'warning').severity).toBe('warning');
  });

  it('is critical when enough features are', () => {
    const current = [...petal(MOVED), ...histogram('sepal', [160, 400, 420, 20])];
    const spec = { features: ['petal', 'sepal'], warn: 0.05, critical: 0.3, significance: 0.1 };
    const severity = (aggregate: unknown): string | undefined =>
      judge({ ...spec, aggregate }, { current }).severity;
    expect([severity('any'), severity({ share: '100%' })]).toEqual(['critical', undefined]);
    const both = [...petal(MOVED), ...histogram('sepal', [100, 350, 530, 20])];
    expect(judge({ ...spec, aggregate: { share: '100%' } }, { current: both }).severity).toBe('warning');
  });
});
