import { describe, expect, it } from '@jest/globals';
import type { Verdict } from '../rules/kinds/kind.js';
import { DEFAULT_BEHAVIOUR, type Rule } from '../rules/rule.js';
import { healthOf, nextStanding, type RuleFinding, type RuleStanding } from './rule-health.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 10, 12, minute));
const rule = (more: Partial<Rule> = {}): Rule => ({
  key: 'f;g;0;A',
  alert: 'A',
  kind: 'expr',
  query: '',
  forMs: 0,
  keepFiringForMs: 0,
  labels: {},
  annotations: {},
  absentMeansClear: true,
  behaviour: DEFAULT_BEHAVIOUR,
  queries: [],
  selectors: ['m'],
  judge: () => [],
  ...more,
});
const verdicts = (...given: readonly Verdict[]) =>
  given.map((verdict) => ({ labels: {}, value: null, verdict }));

describe('healthOf', () => {
  const kind = rule({ kind: 'drift', absentMeansClear: false });
  const compared = rule({ absentMeansClear: false });
  it.each<[sentence: string, expected: string, ...rest: Parameters<typeof healthOf>]>([
    ['an expr that returns nothing is well', 'ok', rule(), [], 12],
    ['… also when nobody knows how much it read', 'ok', rule(), [], undefined],
    ['… but not when it read no sample at all', 'no_match', rule(), [], 0],
    ['… unless it reads no series', 'ok', rule({ selectors: [] }), [], 0],
    ['… nor when it answers: absent(x) does', 'ok', rule(), verdicts('breached'), 0],
    ['a compared expr without series has no data', 'no_data', compared, [], 12],
    ['… or matches nothing', 'no_match', compared, [], 0],
    ['a kind never matches nothing: it says so itself', 'no_data', kind, [], 0],
    ['one judged label set is enough', 'ok', kind, verdicts('no_data', 'clear'), undefined],
    [
      'too few events come before no data',
      'insufficient_data',
      kind,
      verdicts('no_data', 'insufficient_data'),
      1,
    ],
    ['stale comes before no data', 'stale', kind, verdicts('no_data', 'stale'), 1],
  ])('%s: %s', (_sentence, expected, ...input) => {
    expect(healthOf(...input)).toBe(expected);
  });
});

describe('nextStanding', () => {
  const run = (findings: readonly RuleFinding[], of = rule()): readonly RuleStanding[] => {
    const standings: RuleStanding[] = [];
    findings.forEach((finding, minute) =>
      standings.push(nextStanding(standings.at(-1), finding, of, at(minute))),
    );
    return standings;
  };
  const counted = (findings: readonly RuleFinding[], of?: Rule): readonly number[] =>
    run(findings, of).map(({ evaluations }) => evaluations);
  const [ok, silent, failing]: [RuleFinding, RuleFinding, RuleFinding] = [
    { health: 'ok' },
    { health: 'no_data' },
    { health: 'error', error: 'x' },
  ];
  const excused: RuleFinding = { health: 'error', error: 'x', excused: true };

  it('counts failures and evaluations without data in a row, as far as that matters', () => {
    expect(counted([ok, failing, failing, failing, failing, ok, failing])).toEqual([0, 1, 2, 3, 3, 0, 1]);
    expect(counted([silent, { health: 'stale' }, { health: 'no_match' }, silent, failing])).toEqual([
      1, 2, 3, 3, 1,
    ]);
    const patient = rule({ behaviour: { ...DEFAULT_BEHAVIOUR, noDataAfter: 5 } });
    expect(counted([silent, silent, silent, silent, silent, silent], patient)).toEqual([1, 2, 3, 4, 5, 5]);
  });

  it('does not count failures that are the datasource’s, nor forget those before', () => {
    expect(counted([excused, excused, failing, excused, failing])).toEqual([0, 0, 1, 1, 2]);
  });

  it('is the same object while nothing changes, so that nothing is written', () => {
    for (const finding of [ok, silent, failing, excused]) {
      const standings = run([finding, finding, finding, finding, finding]);
      expect(standings[4]).toBe(standings[3]);
    }
    const [before] = run([ok]);
    expect(nextStanding(before, { health: 'ok', warning: 'w' }, rule(), at(1))).toMatchObject({
      warning: 'w',
    });
  });

  it('knows since when', () => {
    const since = run([ok, failing, failing, { health: 'error', error: 'other' }, ok]);
    expect(since.map((standing) => standing.since)).toEqual([at(0), at(1), at(1), at(1), at(4)]);
  });
});
