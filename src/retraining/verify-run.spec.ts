import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import type { Measured, VersionMeasure } from './measured.js';
import type { Baseline, Run, VerifySettings } from './run.js';
import { type VerifyOutcome, verifyRun } from './verify-run.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = new Date('2026-03-20T12:00:00Z');
const ago = (ms: number): Date => new Date(NOW.getTime() - ms);

const verify: VerifySettings = {
  newVersionWithinMs: DAY,
  soakMs: 6 * HOUR,
  windowMs: 3 * DAY,
  deadlineMs: 7 * DAY,
  minSamples: 200,
  target: 0.92,
  startWithinMs: HOUR,
  finishWithinMs: 6 * HOUR,
  approveWithinMs: 8 * HOUR,
};
const baseline: Baseline = { version: '7', accuracy: 0.86, n: 1000, knownVersions: ['6', '7'] };
const run = (more: Partial<Run>): Run =>
  ({ state: 'soaking', newVersion: '8', verify, baseline, createdAt: ago(8 * DAY), ...more }) as Run;
const soaking = (age: number, more: Partial<Run> = {}): Run =>
  run({ versionSeenAt: ago(age), succeededAt: ago(age), ...more });
const succeeded = (age: number, more: Partial<Run> = {}): Run => {
  const { newVersion: _none, ...rest } = run({ state: 'succeeded', succeededAt: ago(age) });
  return { ...rest, ...more };
};
const full = 3 * DAY + 6 * HOUR;

const version = (name: string, share: number, total: number, traffic = 1): VersionMeasure => ({
  version: name,
  correct: share * total,
  total,
  traffic,
});
const measured = (...versions: VersionMeasure[]): Measured => ({ versions, at: NOW });
const says = (outcome: VerifyOutcome): string => {
  if (outcome.kind === 'waiting') return `waiting: ${outcome.reason}`;
  if (outcome.kind === 'version_seen') return `version_seen: ${outcome.version}`;
  return `${outcome.verification.result}: ${outcome.verification.reason}`;
};

type Row = [sentence: string, run: Run, measured: Measured | undefined, expected: string];
const table = (rows: Row[]): void => {
  for (const [sentence, given, look, expected] of rows) {
    it(sentence, () => expect(says(verifyRun(given, look, NOW))).toBe(expected));
  }
};

describe('looking for the new version', () => {
  table([
    [
      'one that was not there at the decision',
      succeeded(HOUR),
      measured(version('7', 0, 0, 0.5), version('8', 0, 0, 0.5)),
      'version_seen: 8',
    ],
    ['only old ones', succeeded(HOUR), measured(version('7', 0.9, 900)), 'waiting: no_new_version'],
    ['too little traffic', succeeded(HOUR), measured(version('8', 0, 0, 0.049)), 'waiting: no_new_version'],
    ['just enough traffic', succeeded(HOUR), measured(version('8', 0, 0, 0.05)), 'version_seen: 8'],
    [
      'of two new ones, the one with more traffic',
      succeeded(HOUR),
      measured(version('9', 0, 0, 0.3), version('8', 0, 0, 0.6)),
      'version_seen: 8',
    ],
    [
      'the one that the pipeline named',
      succeeded(HOUR, { newVersion: '9' }),
      measured(version('9', 0, 0, 0.3), version('8', 0, 0, 0.6)),
      'version_seen: 9',
    ],
    [
      'not another than the pipeline named',
      succeeded(HOUR, { newVersion: 'v9' }),
      measured(version('9', 0, 0)),
      'waiting: no_new_version',
    ],
    ['nothing answers', succeeded(HOUR), undefined, 'waiting: no_measurement'],
    ['an empty answer', succeeded(HOUR), measured(), 'waiting: no_new_version'],
    [
      'an answer of an hour ago',
      succeeded(HOUR),
      { ...measured(version('8', 0, 0)), at: ago(HOUR) },
      'waiting: no_measurement',
    ],
    [
      'none within new_version_within',
      succeeded(DAY),
      measured(version('7', 0.9, 900)),
      'unverifiable: no_new_version',
    ],
    ['a NaN share of traffic', succeeded(HOUR), measured(version('8', 0, 0, NaN)), 'waiting: no_new_version'],
  ]);
});

describe('waiting for proof', () => {
  table([
    ['the soak is not over', soaking(5 * HOUR), measured(version('8', 0.99, 5000)), 'waiting: soaking'],
    ['few labels', soaking(DAY), measured(version('8', 0.99, 199)), 'waiting: few_labels'],
    ['no labels', soaking(DAY), measured(version('8', 0, 0)), 'waiting: few_labels'],
    ['NaN labels', soaking(DAY), measured(version('8', NaN, NaN)), 'waiting: few_labels'],
    [
      'infinitely many right ones',
      soaking(DAY),
      measured({ ...version('8', 0, 500), correct: Infinity }),
      'waiting: few_labels',
    ],
    [
      'the version was rolled back',
      soaking(DAY),
      measured(version('7', 0.9, 900), version('8', 0.99, 900, 0)),
      'waiting: version_without_traffic',
    ],
    [
      'the version is gone',
      soaking(DAY),
      measured(version('7', 0.9, 900)),
      'waiting: version_without_traffic',
    ],
    [
      'better, but by less than three standard errors',
      soaking(DAY),
      measured(version('8', 0.92, 300)),
      'waiting: undecided',
    ],
  ]);
});

describe('the verdict', () => {
  const noTarget = (({ target: _none, ...rest }) => rest)(verify);
  const noAccuracy: Baseline = { knownVersions: ['7'] };
  table([
    ['much better, early', soaking(DAY), measured(version('8', 0.96, 400)), 'verified: better_than_baseline'],
    [
      'better, once the window is full',
      soaking(full),
      measured(version('8', 0.92, 300)),
      'verified: better_than_baseline',
    ],
    [
      'better, but short of the target',
      soaking(full),
      measured(version('8', 0.91, 1000)),
      'not_improved: below_target',
    ],
    [
      'far short of the target, early',
      soaking(DAY),
      measured(version('8', 0.86, 2000)),
      'not_improved: below_target',
    ],
    [
      'on target, but perhaps by chance',
      soaking(full, { baseline: { ...baseline, accuracy: 0.91, n: 340 } }),
      measured(version('8', 0.93, 210)),
      'not_improved: not_better_than_baseline',
    ],
    ['worse', soaking(DAY), measured(version('8', 0.7, 1000)), 'regressed: worse_than_baseline'],
    [
      'worse, although a pipeline called it a success',
      soaking(full),
      measured(version('8', 0.82, 3000)),
      'regressed: worse_than_baseline',
    ],
    [
      'a baseline that was fine, and is kept',
      soaking(full, { baseline: { ...baseline, accuracy: 0.95, n: 20_000 } }),
      measured(version('8', 0.951, 20_000)),
      'verified: no_worse_than_baseline',
    ],
    [
      'a baseline that was fine, too few labels to tell',
      soaking(full, { baseline: { ...baseline, accuracy: 0.95, n: 500 } }),
      measured(version('8', 0.945, 500)),
      'unverifiable: inconclusive',
    ],
    [
      'a baseline that was fine, and is lost',
      soaking(full, { baseline: { ...baseline, accuracy: 0.95, n: 20_000 } }),
      measured(version('8', 0.93, 20_000)),
      'regressed: worse_than_baseline',
    ],
    [
      'no target: better is enough',
      soaking(full, { verify: noTarget }),
      measured(version('8', 0.9, 1000)),
      'verified: better_than_baseline',
    ],
    [
      'no target: the same is not',
      soaking(full, { verify: noTarget }),
      measured(version('8', 0.87, 1000)),
      'not_improved: not_better_than_baseline',
    ],
    [
      'no baseline: the target has to be proved',
      soaking(full, { baseline: noAccuracy }),
      measured(version('8', 0.95, 1000)),
      'verified: reaches_target',
    ],
    [
      'no baseline: a hair above the target proves nothing',
      soaking(full, { baseline: noAccuracy }),
      measured(version('8', 0.925, 300)),
      'unverifiable: inconclusive',
    ],
    [
      'no baseline: below the target',
      soaking(full, { baseline: noAccuracy }),
      measured(version('8', 0.91, 300)),
      'not_improved: below_target',
    ],
    [
      'neither target nor baseline',
      soaking(full, { verify: noTarget, baseline: noAccuracy }),
      measured(version('8', 0.99, 9000)),
      'unverifiable: nothing_to_compare',
    ],
    [
      'a NaN baseline is none',
      soaking(full, { verify: noTarget, baseline: { ...baseline, accuracy: NaN } }),
      measured(version('8', 0.99, 9000)),
      'unverifiable: nothing_to_compare',
    ],
    [
      'a baseline from a gauge is taken as it is',
      soaking(full, { baseline: { accuracy: 0.86, knownVersions: ['7'] } }),
      measured(version('8', 0.95, 500)),
      'verified: better_than_baseline',
    ],
    [
      'fewer labels than needed at the deadline',
      soaking(7 * DAY),
      measured(version('8', 0.99, 150)),
      'unverifiable: few_labels',
    ],
    ['Prometheus is down at the deadline', soaking(7 * DAY), undefined, 'unverifiable: no_measurement'],
    [
      'rolled back until the deadline',
      soaking(7 * DAY),
      measured(version('8', 0.99, 900, 0)),
      'unverifiable: version_without_traffic',
    ],
    [
      'enough labels at the very deadline',
      soaking(7 * DAY),
      measured(version('8', 0.96, 400)),
      'verified: better_than_baseline',
    ],
  ]);

  it('keeps the numbers it rests on', () => {
    const outcome = verifyRun(soaking(DAY), measured(version('8', 0.96, 400)), NOW);
    expect(outcome).toEqual({
      kind: 'decided',
      verification: {
        result: 'verified',
        reason: 'better_than_baseline',
        newVersion: '8',
        accuracy: 0.96,
        n: 400,
        target: 0.92,
        baselineAccuracy: 0.86,
        at: NOW.toISOString(),
      },
    });
  });
});

describe('whatever is measured', () => {
  const odd = fc.oneof(fc.double({ min: 0, max: 5000 }), fc.constantFrom(NaN, Infinity, -Infinity, -1, 0));
  const oddMeasure = fc.record({
    version: fc.constantFrom('', '6', '7', '8', '9'),
    correct: odd,
    total: odd,
    traffic: fc.oneof(fc.constantFrom(NaN, 0, 1), fc.double({ min: 0, max: 1 })),
  });
  const goodMeasure = fc
    .tuple(
      fc.double({ min: 0.85, max: 1, noNaN: true }),
      fc.integer({ min: 100, max: 3000 }),
      fc.constantFrom(0.04, 0.5, 1),
    )
    .map(([share, total, traffic]) => version('8', share, total, traffic));
  const anyMeasure = fc.oneof(oddMeasure, goodMeasure);
  const anyAge = fc.integer({ min: 0, max: 9 * DAY });

  it('is never verified by nothing: a new version, traffic, the soak, enough labels and the target', () => {
    let verified = 0;
    fc.assert(
      fc.property(
        fc.array(anyMeasure, { maxLength: 4 }),
        anyAge,
        fc.option(fc.constant(NaN), { freq: 9 }),
        (versions, age, accuracy) => {
          const given = soaking(age, accuracy === null ? {} : { baseline: { ...baseline, accuracy } });
          const outcome = verifyRun(given, measured(...versions), NOW);
          if (outcome.kind !== 'decided' || outcome.verification.result !== 'verified') return;
          verified += 1;
          const measure = versions.find((each) => each.version === '8') as VersionMeasure;
          expect(measure.traffic).toBeGreaterThanOrEqual(0.05);
          expect(age).toBeGreaterThanOrEqual(verify.soakMs);
          expect(measure.total).toBeGreaterThanOrEqual(200);
          expect(measure.correct / measure.total).toBeGreaterThanOrEqual(0.92);
        },
      ),
      { numRuns: 5000 },
    );
    expect(verified).toBeGreaterThan(20);
  });

  it('comes to an end at the deadline', () => {
    fc.assert(
      fc.property(fc.array(anyMeasure, { maxLength: 4 }), (versions) => {
        expect(verifyRun(soaking(7 * DAY), measured(...versions), NOW).kind).toBe('decided');
      }),
    );
  });
});

describe('looking often', () => {
  it('verifies a version that is no better in less than 5 % of runs', () => {
    // A fixed generator (mulberry32), so that the figure is the same at every run.
    let seed = 20_260_310;
    const random = (): number => {
      seed = (seed + 0x6d2b79f5) | 0;
      let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
    const { target: _none, ...settings } = verify;
    const trials = 1500;
    let verified = 0;
    for (let trial = 0; trial < trials; trial++) {
      const old = Array.from({ length: 600 }, random).filter((value) => value < 0.9).length;
      let [correct, total] = [0, 0];
      for (let age = 6 * HOUR; age <= full; age += HOUR) {
        for (let label = 0; label < 30; label++) {
          total += 1;
          if (random() < 0.9) correct += 1;
        }
        const given = soaking(age, {
          verify: settings,
          baseline: { ...baseline, accuracy: old / 600, n: 600 },
        });
        const outcome = verifyRun(given, measured({ version: '8', correct, total, traffic: 1 }), NOW);
        if (outcome.kind !== 'decided') continue;
        if (outcome.verification.result === 'verified') verified += 1;
        break;
      }
    }
    expect(verified / trials).toBeLessThan(0.05);
  });
});
