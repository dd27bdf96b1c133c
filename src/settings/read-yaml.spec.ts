import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { z } from 'zod';
import { Duration } from '../schema/duration.js';
import { Secret, SecretFile, SecretText } from '../schema/secret.js';
import { formatIssue } from './config-issue.js';
import { readYaml } from './read-yaml.js';
import { parseYaml } from './yaml-source.js';

const Rule = z.strictObject({
  alert: z.string().min(1),
  for: Duration.optional(),
  labels: z
    .record(z.string().regex(/^[a-z_]+$/, 'expected a label name of small letters'), z.string())
    .optional(),
  when: z
    .union([
      z.strictObject({ below: z.number().min(0).max(1) }),
      z.strictObject({ above: z.int().gt(0) }),
      z.string(),
    ])
    .optional(),
  to: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  mode: z.enum(['approve', 'auto']).default('auto'),
  enabled: z.boolean().optional(),
  token: SecretText.optional(),
  token_file: SecretFile.optional(),
});
const File = z.strictObject({
  rules: z.array(Rule),
  reference: z.strictObject({ file: z.string() }).optional(),
  note: z.strictObject({ text: z.string() }, { error: 'expected a note' }).optional(),
});

const read = (text: string) => readYaml('rules/iris.yml', text, File, '/etc/retune/rules');

function errors(text: string): readonly string[] {
  const result = read(text);
  return result.ok ? [] : result.issues.map(formatIssue);
}

function value(text: string): z.infer<typeof File> {
  const result = read(text);
  if (!result.ok) throw new Error(result.issues.map(formatIssue).join('\n'));
  return result.value;
}

describe('readYaml refuses', () => {
  it.each<[string, string, string]>([
    [
      'a wrong duration',
      'rules:\n  - alert: A\n    for: 5 mins\n',
      '3:10 rules[0].for: expected a duration such as 5m, got "5 mins"',
    ],
    [
      'an unknown key',
      'rules:\n  - alert: A\n    lables: {}\n',
      '3:5 rules[0].lables: unknown key, did you mean "labels"?',
    ],
    ['an unknown key far from all', 'rules: []\nfoo_bar: 1\n', '2:1 foo_bar: unknown key'],
    ['a missing key', 'rules:\n  - for: 5m\n', '2:5 rules[0].alert: missing, expected a text'],
    [
      'a key without its value',
      'rules:\n  - alert:\n    for: 5m\n',
      '2:11 rules[0].alert: missing, expected a text',
    ],
    ['an empty text', 'rules: [{ alert: "" }]', '1:18 rules[0].alert: expected a text, got an empty one'],
    ['a map for a list', 'rules: { alert: A }', '1:8 rules: expected a list, got a map of keys'],
    ['a list for the whole', '- alert: A', '1:1: expected a map of keys, got a list'],
    ['an empty file where a key is needed', '# nothing\n', '1:1: missing, expected a map of keys'],
    [
      'a bad key of a free map',
      'rules:\n- alert: A\n  labels:\n    Team: x\n',
      '4:5 rules[0].labels.Team: expected a label name of small letters',
    ],
    [
      'a list in a free map',
      'rules:\n- alert: A\n  labels: { team: [x] }\n',
      '3:19 rules[0].labels.team: expected a text, got a list',
    ],
    [
      'a word outside the list',
      'rules: [{ alert: A, mode: aprove }]',
      '1:27 rules[0].mode: expected one of "approve" or "auto", got "aprove", did you mean "approve"?',
    ],
    [
      'a number out of range in the nearest form',
      'rules: [{ alert: A, when: { below: 92 } }]',
      '1:36 rules[0].when.below: expected at most 1, got 92',
    ],
    [
      'a fraction',
      'rules: [{ alert: A, when: { above: 1.5 } }]',
      '1:36 rules[0].when.above: expected a whole number, got a number with a fraction',
    ],
    [
      'an unknown key in the nearest form',
      'rules: [{ alert: A, when: { below: 0.5, fro: 1 } }]',
      '1:41 rules[0].when.fro: unknown key',
    ],
    [
      'a type that no form has',
      'rules: [{ alert: A, when: [1] }]',
      '1:27 rules[0].when: expected a map of keys or a text, got a list',
    ],
    [
      'a list where one text or several are wanted',
      'rules: [{ alert: A, to: {} }]',
      '1:25 rules[0].to: expected a text or a list, got a map of keys',
    ],
    [
      'an empty list',
      'rules: [{ alert: A, to: [] }]',
      '1:25 rules[0].to: expected at least 1 entry in the list',
    ],
    [
      "what has the schema's own message",
      'rules: []\nnote: { text: a, txt: b }',
      '2:18 note.txt: expected a note, did you mean "text"?',
    ],
    [
      'a number for a switch',
      'rules: [{ alert: A, enabled: 3 }]',
      '1:30 rules[0].enabled: expected true or false, got a number',
    ],
    [
      'a quoted switch',
      'rules: [{ alert: A, enabled: "yes" }]',
      '1:30 rules[0].enabled: expected true or false, got a text',
    ],
  ])('%s', (_, text, expected) => {
    expect(errors(text)).toEqual([`rules/iris.yml:${expected}`]);
  });

  it.each<[string, string, string]>([
    [
      'a key written twice',
      'rules: []\nrules: []\n',
      '2:1: the key rules is written twice in one map; keep one of them',
    ],
    [
      'a tab',
      'rules:\n\t- alert: A\n',
      '2:1: not valid YAML: Tabs are not allowed as indentation; use spaces',
    ],
    [
      'a template without quotes',
      'rules:\n- alert: {{ $labels.job }}\n',
      '2:11: a map or a list cannot be a key; a text that begins with {{ needs quotes',
    ],
    ['an alias of nothing', 'rules: *all\n', '1:8: no anchor &all stands before this alias'],
    [
      'an anchor that holds itself',
      'rules: &all [*all]\n',
      '1:14: the anchor &all may not contain an alias of itself',
    ],
  ])('%s', (_, text, expected) => {
    expect(errors(text)).toEqual([`rules/iris.yml:${expected}`]);
  });

  it('maps that unfold without end', () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    );
    expect(errors(['l0: &l0 [x]', ...levels].join('\n'))).toEqual([
      expect.stringContaining('1:1: too many aliases'),
    ]);
  });

  it('everything at once', () => {
    expect(errors('rules:\n  - alert: A\n    for: soon\n    modus: auto\n  - for: 1x\n')).toEqual([
      'rules/iris.yml:3:10 rules[0].for: expected a duration such as 5m, got "soon"',
      'rules/iris.yml:4:5 rules[0].modus: unknown key',
      'rules/iris.yml:5:5 rules[1].alert: missing, expected a text',
      'rules/iris.yml:5:10 rules[1].for: expected a duration such as 5m, got "1x"',
    ]);
  });

  it('without repeating what may be a secret', () => {
    expect(errors('rules: [{ alert: A, enabled: hunter2, token: [hunter2] }]').join()).not.toContain(
      'hunter2',
    );
  });
});

describe('readYaml reads', () => {
  it('anchors, aliases and merge keys', () => {
    const text = 'rules:\n  - &base { alert: A, for: 5m }\n  - { <<: *base, alert: B }\n  - *base\n';
    expect(value(text).rules.map(({ alert, for: ms }) => [alert, ms])).toEqual([
      ['A', 300_000],
      ['B', 300_000],
      ['A', 300_000],
    ]);
  });

  it('errors inside an alias where its anchor stands', () => {
    expect(errors('rules:\n  - &base { alert: A, for: x }\n  - { <<: *base }\n')).toEqual([
      'rules/iris.yml:2:28 rules[0].for: expected a duration such as 5m, got "x"',
      'rules/iris.yml:2:28 rules[1].for: expected a duration such as 5m, got "x"',
    ]);
  });

  it('numbers and switches in place of texts as they are written, as Go does', () => {
    const text = 'rules: [{ alert: 7, labels: { version: 1.10, live: true, tier: 0x1F } }]';
    expect(value(text).rules[0]).toMatchObject({
      alert: '7',
      labels: { version: '1.10', live: 'true', tier: '0x1F' },
    });
  });

  it('yes and no where a switch is wanted, as Go does', () => {
    const text = 'rules: [{ alert: yes, enabled: yes }, { alert: B, enabled: Off }]';
    expect(value(text).rules.map(({ alert, enabled }) => [alert, enabled])).toEqual([
      ['yes', true],
      ['B', false],
    ]);
  });

  it('declared keys without a value as absent', () => {
    expect(value('rules: [{ alert: A, labels: , for: ~ }]').rules[0]).toEqual({ alert: 'A', mode: 'auto' });
  });

  it('paths from the folder of the file, and only where a path is meant', () => {
    const text =
      'rules: [{ alert: A, token_file: s/t, labels: { log_file: a.log } }]\nreference: { file: ../r.json }';
    const { rules, reference } = value(text);
    expect(rules[0]?.token_file?.file).toBe('/etc/retune/rules/s/t');
    expect(rules[0]?.labels).toEqual({ log_file: 'a.log' });
    expect(reference).toEqual({ file: '/etc/retune/r.json' });
    expect(value('rules: [{ alert: A, token_file: /run/t }]').rules[0]?.token_file?.file).toBe('/run/t');
  });

  it('secrets that are numbers', async () => {
    const [rule] = value('rules: [{ alert: A, token: 007 }]').rules;
    expect(rule?.token).toBeInstanceOf(Secret);
    expect(await rule?.token?.reveal(() => Promise.reject(new Error('no file')))).toBe('007');
  });

  it('only the first document, with a warning', () => {
    const { source, issues, warnings } = parseYaml('rules/a.yml', 'a: 1\n---\nb: 2\n');
    expect(source?.value).toEqual({ a: 1 });
    expect(issues).toEqual([]);
    expect(warnings.map(formatIssue)).toEqual([
      'rules/a.yml:2:1: only the first document of a file is read; what follows --- is ignored',
    ]);
  });
});

describe('a place inside a text', () => {
  const Query = z.strictObject({
    expr: z.string().refine((text) => !text.includes('@'), {
      error: ({ input }) => {
        const lines = String(input).split('@')[0]?.split('\n') ?? [];
        return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1} unexpected @`;
      },
    }),
  });
  const places = (text: string): readonly string[] => {
    const result = readYaml('a.yml', text, Query, '/');
    return result.ok ? [] : result.issues.map(formatIssue);
  };

  it.each<[string, string, string]>([
    ['a plain text', 'expr: up @ 1', 'a.yml:1:10 expr: unexpected @'],
    ['a quoted text', 'expr: "up @ 1"', 'a.yml:1:11 expr: unexpected @'],
    ['a block', 'expr: |\n  up\n    + @\n', 'a.yml:3:7 expr: unexpected @'],
    ['a block that begins with an empty line', 'expr: |-\n\n    up @\n', 'a.yml:3:8 expr: unexpected @'],
    ['a block with a margin of its own', 'expr: |2\n    up @\n', 'a.yml:2:8 expr: unexpected @'],
    ['escapes', 'expr: "\\u0041 @"', 'a.yml:1:7 expr: line 1, column 3 of the text: unexpected @'],
    ['folded lines', 'expr: >\n  up\n  @\n', 'a.yml:1:7 expr: line 1, column 4 of the text: unexpected @'],
    [
      'a plain text over two lines',
      'expr: up\n  @\n',
      'a.yml:1:7 expr: line 1, column 4 of the text: unexpected @',
    ],
  ])('is found in %s', (_, text, expected) => {
    expect(places(text)).toEqual([expected]);
  });
});

describe('parseYaml', () => {
  it('survives any text', () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '&x',
      '*x',
      '<<',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '|',
      '#',
      '?',
      ',',
      '\t',
      '!',
      '%',
      '0',
      '---\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const result = read(pieces.join(''));
        if (result.ok) return;
        for (const { position } of result.issues) {
          expect(position?.line).toBeGreaterThan(0);
          expect(position?.column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
