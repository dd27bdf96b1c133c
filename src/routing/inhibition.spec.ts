import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fingerprint } from '../alerts/fingerprint.js';
import type { Labels } from '../alerts/labels.js';
import { matchesAll } from '../alerts/matcher.js';
import {
  buildInhibitionIndex,
  compileInhibitRules,
  findInhibition,
  inhibitedBy,
  type InhibitRule,
  type InhibitSource,
} from './inhibition.js';
import { InhibitRules } from './route.schema.js';

const compile = (...rules: object[]): readonly InhibitRule[] =>
  compileInhibitRules(InhibitRules.parse(rules));
const firing = (...sets: readonly Labels[]): readonly InhibitSource[] =>
  sets.map((labels) => ({ fingerprint: fingerprint(labels), labels }));

/** Labels of the alerts that inhibit `target`. */
function inhibitors(
  rules: readonly InhibitRule[],
  target: Labels,
  ...sources: readonly Labels[]
): readonly Labels[] {
  const index = buildInhibitionIndex(rules, firing(...sources));
  const byFingerprint = new Map(sources.map((labels) => [fingerprint(labels), labels]));
  return inhibitedBy(target, fingerprint(target), rules, index).map(
    (found) => byFingerprint.get(found) as Labels,
  );
}

const BY_SEVERITY = {
  source_matchers: ['severity=critical'],
  target_matchers: ['severity=~"warning|info"'],
  equal: ['model', 'cluster'],
};

describe('an alert is inhibited', () => {
  const rules = compile(BY_SEVERITY);
  const target = { severity: 'warning', model: 'iris', cluster: 'eu' };

  it.each<[what: string, source: Labels, inhibits: boolean]>([
    [
      'by a source with the same equal labels',
      { severity: 'critical', model: 'iris', cluster: 'eu', x: '1' },
      true,
    ],
    [
      'not by a source that differs in one of them',
      { severity: 'critical', model: 'iris', cluster: 'us' },
      false,
    ],
    ['not by a source that lacks one of them', { severity: 'critical', model: 'iris' }, false],
    ['not by an alert that is no source', { severity: 'info', model: 'iris', cluster: 'eu' }, false],
  ])('%s', (_what, source, inhibits) => {
    expect(inhibitors(rules, target, source)).toEqual(inhibits ? [source] : []);
  });

  it('when the equal label is missing, or empty, on both sides', () => {
    expect(
      inhibitors(
        rules,
        { severity: 'info', model: 'iris' },
        { severity: 'critical', model: 'iris', cluster: '' },
      ),
    ).toHaveLength(1);
  });

  it('not when it is no target', () => {
    expect(inhibitors(rules, { ...target, severity: 'page' }, { ...target, severity: 'critical' })).toEqual(
      [],
    );
  });

  it('by every source, and still by one when the other resolves', () => {
    const a = { severity: 'critical', model: 'iris', cluster: 'eu', instance: 'a' };
    const b = { ...a, instance: 'b' };
    expect(inhibitors(rules, target, a, b)).toEqual([a, b]);
    expect(inhibitors(rules, target, b)).toEqual([b]);
    expect(inhibitors(rules, target, a)).toEqual([a]);
    expect(inhibitors(rules, target)).toEqual([]);
  });

  it('by a source named with the deprecated maps', () => {
    const old = compile({
      source_match: { severity: 'critical' },
      target_match_re: { severity: 'warning|info' },
      equal: ['model', 'cluster'],
    });
    expect(inhibitors(old, target, { ...target, severity: 'critical' })).toHaveLength(1);
  });

  it('by any alert when the rule names no source', () => {
    expect(inhibitors(compile({ target_matchers: ['severity=warning'] }), target, { any: 'thing' })).toEqual([
      { any: 'thing' },
    ]);
  });

  it('by the first rule that does, which is named', () => {
    const both = compile(
      { ...BY_SEVERITY, name: 'first', equal: ['nothing'] },
      { ...BY_SEVERITY, name: 'second' },
    );
    const index = buildInhibitionIndex(both, firing({ ...target, severity: 'critical' }));
    expect(findInhibition(target, fingerprint(target), both, index)?.rule.name).toBe('first');
  });

  it('by values as they are, not by their concatenation', () => {
    expect(
      inhibitors(
        rules,
        { severity: 'info', model: 'ab', cluster: 'c' },
        { severity: 'critical', model: 'a', cluster: 'bc' },
      ),
    ).toEqual([]);
  });
});

describe('an alert on both sides of a rule', () => {
  const rules = compile({ source_matchers: ['job=api'], target_matchers: ['severity=~".+"'], equal: ['dc'] });
  const twoSided = { job: 'api', severity: 'critical', dc: '1' };
  const other = { job: 'api', severity: 'warning', dc: '1' };
  const onlySource = { job: 'api', dc: '1' };

  it.each<[what: string, target: Labels, sources: readonly Labels[], by: readonly Labels[]]>([
    ['does not inhibit itself', twoSided, [twoSided], []],
    ['is not inhibited by another on both sides', twoSided, [twoSided, other], []],
    ['is inhibited by one on the source side alone', twoSided, [twoSided, other, onlySource], [onlySource]],
    [
      'inhibits one on the target side alone',
      { severity: 'info', dc: '1' },
      [twoSided, other],
      [twoSided, other],
    ],
    ['is on both sides also when it has resolved', twoSided, [other], []],
  ])('%s', (_what, target, sources, by) => {
    expect(inhibitors(rules, target, ...sources)).toEqual(by);
  });
});

describe('the index', () => {
  it('says what a look at every source says', () => {
    const word = fc.constantFrom('', '1', '2');
    const labels = fc.record({ s: word, t: word, e: word, f: word });
    const rule = fc.record({
      source_matchers: fc.subarray(['s=1', 't!=2']),
      target_matchers: fc.subarray(['t=1', 's=~"1|2"']),
      equal: fc.subarray(['e', 'f']),
    });
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 3 }),
        fc.array(labels, { maxLength: 12 }),
        labels,
        (written, sets, target) => {
          const rules = compile(...written);
          const agrees = (r: InhibitRule, a: Labels): boolean =>
            r.equal.every((name) => (a[name] ?? '') === (target[name as 'e'] ?? ''));
          const naive = rules
            .map((r) => {
              if (!matchesAll(r.target, target)) return [];
              const twoSided = matchesAll(r.source, target);
              return sets.filter(
                (a) => matchesAll(r.source, a) && agrees(r, a) && !(twoSided && matchesAll(r.target, a)),
              );
            })
            .find((found) => found.length > 0);
          const expected = new Set((naive ?? []).map(fingerprint));
          const found = inhibitedBy(
            target,
            fingerprint(target),
            rules,
            buildInhibitionIndex(rules, firing(...sets)),
          );
          expect(new Set(found)).toEqual(expected);
          expect(found).toHaveLength(expected.size);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('does not look at sources again for each target', () => {
    let calls = 0;
    const counting: InhibitRule = {
      source: [{ name: 's', operator: '=', value: '1', matches: (labels) => (calls++, labels.s === '1') }],
      target: [{ name: 't', operator: '=', value: '1', matches: (labels) => (calls++, labels.t === '1') }],
      equal: ['e'],
    };
    const sources = firing(...Array.from({ length: 1000 }, (_, i) => ({ s: '1', i: `${i}`, e: 'x' })));
    const index = buildInhibitionIndex([counting], sources);
    const afterBuild = calls;
    for (let i = 0; i < 1000; i++)
      expect(inhibitedBy({ t: '1', e: 'x', i: `${i}` }, `t${i}`, [counting], index)).toHaveLength(1000);
    expect(afterBuild).toBe(2000);
    expect(calls - afterBuild).toBe(2000);
  });
});
