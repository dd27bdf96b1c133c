import { describe, expect, it } from '@jest/globals';
import { RuleGroups } from './rule-group.schema.js';
import { valueLines, type ValueLines } from './extension.schema.js';

function issuesOf(rule: object, group: object = {}): readonly string[] {
  const parsed = RuleGroups.safeParse([{ name: 'g', ...group, rules: [{ alert: 'A', ...rule }] }]);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.slice(3).join('.')}: ${message}`);
}

describe('the key retune', () => {
  it.each<[sentence: string, rule: object]>([
    ['recover', { expr: 'model_accuracy < 0.9', retune: { recover: '93%' } }],
    ['recover with an arithmetic line', { expr: '14.4 * 0.01 < errors', retune: { recover: 0.1 } }],
    ['no data', { expr: 'x > 1', retune: { on_no_data: 'alert', missing_evaluations: 3 } }],
    [
      'thresholds',
      { expr: 'x', retune: { thresholds: { above: { warning: 1, critical: 2 } }, recover: 0.5 } },
    ],
    ['one threshold', { expr: 'x', retune: { thresholds: { below: { critical: '90%' } } } }],
    ['limit', { expr: 'x', retune: { limit: 'truncate', on_error: 'alert' } }],
    [
      'a kind',
      {
        accuracy: { model: 'm', below: 0.9 },
        retune: { on_no_data: 'resolve', on_error: 'alert', limit: 'truncate' },
      },
    ],
  ])('takes %s', (_sentence, rule) => {
    expect(issuesOf(rule)).toEqual([]);
  });

  it.each<[sentence: string, rule: object, message: string]>([
    [
      'an unknown key',
      { expr: 'x > 1', retune: { on_nodata: 'keep' } },
      'retune: Unrecognized key: "on_nodata"',
    ],
    [
      'a recover without a comparison',
      { expr: 'x', retune: { recover: 1 } },
      'retune.recover: needs an expr such as model_accuracy < 0.9, whose value can be told from its line: the outermost operation is no comparison with a number',
    ],
    [
      'no data without a comparison',
      { expr: 'x > 1 and y > 2', retune: { on_no_data: 'keep' } },
      'retune.on_no_data: needs an expr such as model_accuracy < 0.9, whose value can be told from its line: the outermost operation is no comparison with a number',
    ],
    [
      'a bool comparison',
      { expr: 'x > bool 1', retune: { recover: 0 } },
      'retune.recover: needs an expr such as model_accuracy < 0.9, whose value can be told from its line: a comparison with bool gives 0 or 1 and selects nothing: write it without bool',
    ],
    [
      'a recover on the bad side',
      { expr: 'x > 1', retune: { recover: 2 } },
      'retune.recover: expected a value below 1, on the healthy side, got 2',
    ],
    [
      'a recover at the line',
      { expr: 'x < 1', retune: { recover: 1 } },
      'retune.recover: expected a value above 1, on the healthy side, got 1',
    ],
    [
      'a recover between the lines',
      { expr: 'x', retune: { thresholds: { below: { warning: 0.9, critical: 0.8 } }, recover: 0.85 } },
      'retune.recover: expected a value above 0.9, on the healthy side, got 0.85',
    ],
    [
      'a recover of equality',
      { expr: 'up == 0', retune: { recover: 1 } },
      'retune.recover: there is no way back across ==: it needs < or >',
    ],
    [
      'a recover that is no number',
      { expr: 'x > 1', retune: { recover: 'soon' } },
      'retune.recover: expected a number such as 0.93, or 93%, got "soon"',
    ],
    [
      'thresholds beside a comparison',
      { expr: '(x > 1)', retune: { thresholds: { above: { warning: 1 } } } },
      'retune.thresholds: the lines stand here: write expr without its comparison, "x"',
    ],
    [
      'thresholds beside a severity',
      { expr: 'x', labels: { severity: 'page' }, retune: { thresholds: { above: { warning: 1 } } } },
      'retune.thresholds: the line that was crossed gives the severity: take the label severity away',
    ],
    [
      'thresholds in both directions',
      { expr: 'x', retune: { thresholds: { above: { warning: 2 }, below: { warning: 1 } } } },
      'retune.thresholds: expected exactly one of above and below, such as { above: { warning: 5%, critical: 10% } }',
    ],
    [
      'thresholds in the wrong order',
      { expr: 'x', retune: { thresholds: { below: { warning: 0.8, critical: 0.9 } } } },
      'retune.thresholds.below.critical: expected critical to lie below warning',
    ],
    [
      'empty thresholds',
      { expr: 'x', retune: { thresholds: { above: {} } } },
      'retune.thresholds.above: expected warning, critical or both',
    ],
    [
      'missing evaluations of nothing',
      { expr: 'x > 1', retune: { missing_evaluations: 3 } },
      'retune.missing_evaluations: has no effect by itself: give on_no_data, recover or thresholds too',
    ],
    [
      'thresholds of a kind',
      { accuracy: { model: 'm', below: 0.9 }, retune: { thresholds: { below: { warning: 1 } } } },
      'retune.thresholds: belongs to expr; accuracy has lines and hysteresis of its own',
    ],
  ])('refuses %s', (_sentence, rule, message) => {
    expect(issuesOf(rule)).toEqual([message]);
  });

  it('refuses thresholds beside a severity of the group', () => {
    const rule = { expr: 'x', retune: { thresholds: { above: { warning: 1 } } } };
    expect(issuesOf(rule, { labels: { severity: 'page' } }).join()).toContain('severity of the group');
    expect(issuesOf({ expr: 'x > 1' }, { labels: { severity: 'page' } })).toEqual([]);
  });

  it('is refused of recording rules', () => {
    const group = { name: 'g', rules: [{ record: 'a:b', expr: 'x', retune: { limit: 'truncate' } }] };
    expect(RuleGroups.safeParse([group]).error?.issues[0]?.message).toBe('a recording rule has no retune');
  });

  it('says nothing more about an expr that does not parse', () => {
    expect(issuesOf({ expr: 'x >', retune: { recover: 1 } })[0]).toMatch(/^expr: 1:4 unexpected end/);
  });
});

describe('valueLines', () => {
  it.each<[sentence: string, expr: string, extension: object | undefined, lines: ValueLines | undefined]>([
    ['a rule without the key is left to Prometheus', 'x > 1', undefined, undefined],
    ['so is one that only says what a limit does', 'x > 1', { limit: 'truncate' }, undefined],
    ['recover', '1 < x', { recover: 0.5 }, { expr: 'x', operator: '>', lines: [{ at: 1 }], recover: 0.5 }],
    ['no data', 'x <= 1', { on_no_data: 'keep' }, { expr: 'x', operator: '<=', lines: [{ at: 1 }] }],
    [
      'thresholds, the worst first',
      'x',
      { thresholds: { below: { warning: 0.9, critical: 0.8 } } },
      {
        expr: 'x',
        operator: '<',
        lines: [
          { severity: 'critical', at: 0.8 },
          { severity: 'warning', at: 0.9 },
        ],
      },
    ],
  ])('%s', (_sentence, expr, extension, lines) => {
    expect(valueLines(expr, extension)).toEqual(lines);
  });
});
