import { describe, expect, it } from '@jest/globals';
import { type Fusion, fusionsOf } from './fuse-expression.js';

const by = (text: string, label: string): Fusion | undefined =>
  fusionsOf(text).find((fusion) => fusion.label === label);
/** The fused text, with `l` for the matcher of the label; followed by a star when the answer carries it. */
const fused = (text: string, label = 'm'): string | undefined => {
  const fusion = by(text, label);
  return fusion && `${fusion.pieces.join('l')}${fusion.carries ? ' *' : ''}`;
};

describe('fusionsOf', () => {
  it.each<[text: string, fused: string]>([
    ['x{m="a"}', 'x{l} *'],
    ['x{m="a",e="p"} @ end() offset 5m', 'x{l,e="p"} @ end() offset 5m *'],
    ['-(rate(x{m="a"}[5m]) * 2) # note', '-(rate(x{l}[5m]) * 2) # note *'],
    ['sum(x{m="a"})', 'sum by (m) (x{l})'],
    ['SUM by(i)(x{m="a"})', 'SUM by(m, i)(x{l})'],
    ['sum(x{m="a"}) by ()', 'sum(x{l}) by (m)'],
    ['sum by (m, i) (x{m="a"})', 'sum by (m, i) (x{l}) *'],
    ['sum by ("m") (x{m="a"})', 'sum by ("m") (x{l}) *'],
    ['sum by (m) (sum by (i) (x{m="a"}))', 'sum by (m) (sum by (m, i) (x{l}))'],
    ['sum without (i) (x{m="a"})', 'sum without (i) (x{l}) *'],
    ['sum without (i, m) (x{m="a"})', 'sum without (i) (x{l})'],
    ['topk(3, x{m="a"})', 'topk by (m) (3, x{l}) *'],
    ['topk(3, sum by (i) (x{m="a"}))', 'topk by (m) (3, sum by (m, i) (x{l}))'],
    ['quantile(0.9, x{m="a"})', 'quantile by (m) (0.9, x{l})'],
    ['count_values("v", x{m="a"})', 'count_values by (m) ("v", x{l})'],
    ['x{m="a"} / y{m="a"}', 'x{l} / y{l} *'],
    ['sum(x{m="a"}) / sum(y{m="a"}) > 0.5', 'sum by (m) (x{l}) / sum by (m) (y{l}) > 0.5'],
    ['x{m="a"} / on (i) y{m="a"}', 'x{l} / on (m, i) y{l}'],
    ['x{m="a"} / on (m, i) y{m="a"}', 'x{l} / on (m, i) y{l} *'],
    ['x{m="a"} / on () group_left (v) y{m="a"}', 'x{l} / on (m) group_left (v) y{l} *'],
    [
      'x{m="a"} / on (i) group_right sum by (i) (y{m="a"})',
      'x{l} / on (m, i) group_right sum by (m, i) (y{l})',
    ],
    ['x{m="a"} / on (i) sum by (i) (y{m="a"})', 'x{l} / on (m, i) sum by (m, i) (y{l})'],
    ['x{m="a"} / ignoring (z) y{m="a"}', 'x{l} / ignoring (z) y{l} *'],
    ['x{m="a"} / ignoring (m, z) y{m="a"}', 'x{l} / ignoring (z) y{l}'],
    ['x{m="a"} / ignoring (m) group_left sum(y{m="a"})', 'x{l} / ignoring () group_left sum by (m) (y{l}) *'],
    ['x{m="a"} and on (i) y{m="a"}', 'x{l} and on (m, i) y{l} *'],
    ['sum(x{m="a"}) or sum(y{m="a"})', 'sum by (m) (x{l}) or sum by (m) (y{l})'],
    ['x{m="a"} unless y{m="a"} offset 1h', 'x{l} unless y{l} offset 1h *'],
    ['max_over_time(sum(x{m="a"})[1h:5m])', 'max_over_time(sum by (m) (x{l})[1h:5m])'],
    [
      'histogram_quantile(0.9, sum by (le) (rate(x{m="a"}[5m])))',
      'histogram_quantile(0.9, sum by (m, le) (rate(x{l}[5m])))',
    ],
    ['label_replace(x{m="a"}, "i", "$1", "j", "(.*)")', 'label_replace(x{l}, "i", "$1", "j", "(.*)") *'],
    ['label_join(x{m="a"}, "i", "m", "j", "k")', 'label_join(x{l}, "i", "m", "j", "k") *'],
    ['time() - max(x{m="a"}) > 3 * 60', 'time() - max by (m) (x{l}) > 3 * 60'],
    ['clamp_max(x{m="a"}, time() / 2)', 'clamp_max(x{l}, time() / 2) *'],
  ])('%s', (text, expected) => {
    expect(fused(text)).toBe(expected);
  });

  it.each<[why: string, text: string]>([
    ['a selector without it', 'x{m="a"} / on () y'],
    ['another value', 'x{m="a"} / y{m="b"}'],
    ['another matcher for it', 'x{m="a",m!="b"}'],
    ['the same twice', 'x{m="a",m="a"}'],
    ['the same twice, quoted', '{"x","m"="a",m="a"}'],
    ['a pattern', 'x{m=~"a"}'],
    ['a negation', 'x{m!="a"}'],
    ['nothing in the place of a value', 'x{m="",e="p"}'],
    ['a text that is no text', String.raw`x{m="\q"}`],
    ['absence', 'absent(x{m="a"})'],
    ['absence over time', 'absent_over_time(x{m="a"}[5m])'],
    ['a number out of a vector', 'scalar(x{m="a"})'],
    ['a measured parameter', 'topk(scalar(y{m="a"}), x{m="a"})'],
    ['a vector out of a number', 'sum(x{m="a"}) or vector(0)'],
    ['a vector out of the clock', 'x{m="a"} and on () hour() > 9'],
    ['order', 'sort(x{m="a"})'],
    ['hashes', 'limitk(3, x{m="a"})'],
    ['a function nobody knows', 'info(x{m="a"})'],
    ['writing it', 'label_replace(x{m="a"}, "m", "$1", "j", "(.*)")'],
    ['reading it', 'label_replace(x{m="a"}, "i", "$1", "m", "(.*)")'],
    ['joining it', 'label_join(x{m="a"}, "i", "-", "j", "m")'],
    ['counting into it', 'count_values("m", x{m="a"})'],
    ['copying it', 'x{m="a"} / on (i) group_left (m) y{m="a"}'],
    ['a match with what does not carry it', 'x{m="a"} / sum by (i) (y{m="a"})'],
    ['the same with its name in on', 'x{m="a"} / on (m) sum by (i) (y{m="a"})'],
    ['the same with and', 'x{m="a"} and sum(y{m="a"})'],
    ['the same with another name in ignoring', 'x{m="a"} and ignoring (i) sum(y{m="a"})'],
    ['a union of both kinds', 'x{m="a"} or on () sum(y{m="a"})'],
    ['a mistake', 'sum(x{m="a"}'],
    ['a number', '1'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(by(text, 'm')).toBeUndefined();
  });

  it('offers every label for which it can be proved', () => {
    const text = 'sum by (e) (x{m="a",e="p"}) / on (e) y{e="p",m="a"}';
    expect(fusionsOf(text).map(({ label, value, carries }) => [label, value, carries])).toEqual([
      ['m', 'a', false],
      ['e', 'p', true],
    ]);
    expect(fusionsOf('{__name__="x",le="1"}')).toEqual([]);
  });

  it('knows a value by what it stands for', () => {
    expect(by(String.raw`x{m="a\"\u00fc\\"}`, 'm')?.value).toBe('a"ü\\');
    expect(by(String.raw`x{m='a"ü\\'}`, 'm')?.value).toBe('a"ü\\');
    expect(by('x{m=`a\\`}', 'm')?.value).toBe('a\\');
  });
});
