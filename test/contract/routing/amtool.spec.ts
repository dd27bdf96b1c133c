import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { formatMatchers } from '../../../src/alerts/matcher-format.js';
import { parseMatchers } from '../../../src/alerts/matcher-parse.js';
import { compileRoutes, matchRoutes } from '../../../src/routing/compile-routes.js';
import { explainRoute, takenRoutes } from '../../../src/routing/explain-route.js';
import { routeTree, TimeIntervals } from '../../../src/routing/route.schema.js';
import { tempDir } from '../../support/temp-dir.js';
import { accepts, hasAmtool, printedMatchers, receiversOf } from './amtool.js';
import { ROUTING_CASES, type RoutingCase } from './configurations.js';

jest.setTimeout(60_000);
const SEED = 20260901;
const LABEL_SETS_PER_CASE = 50;
const RouteTree = routeTree('classic');

/** Label sets over the vocabulary; an empty word leaves the label out. Duplicates are asked once. */
function labelSets({ vocabulary }: RoutingCase): readonly Readonly<Record<string, string>>[] {
  const words = Object.fromEntries(
    Object.entries(vocabulary).map(([name, values]) => [name, fc.constantFrom(...values)]),
  );
  const samples = fc.sample(fc.record(words), { numRuns: LABEL_SETS_PER_CASE * 3, seed: SEED });
  const sets = samples.map((set) =>
    Object.fromEntries(Object.entries(set).filter(([, value]) => value !== '')),
  );
  const byText = new Map(sets.map((set) => [JSON.stringify(set), set]));
  return [...byText.values()].slice(0, LABEL_SETS_PER_CASE);
}

const receiversIn = (text: string): readonly string[] =>
  [...text.matchAll(/receiver: ([\w-]+)/g)].map((match) => match[1] as string);

const configuration = (route: unknown): string => JSON.stringify({ route, receivers: [{ name: 'r' }] });

const suite = (name: string, body: () => void): void =>
  hasAmtool ? describe(name, body) : describe.skip(`${name} (needs amtool)`, body);

suite('the router and amtool agree', () => {
  it.each(ROUTING_CASES)('on the receivers of generated alerts: $name', async (routingCase) => {
    const root = compileRoutes(RouteTree.parse(parse(routingCase.yaml).route));
    const receivers = [...new Set(receiversIn(routingCase.yaml))].map((name) => `\n  - name: ${name}`);
    const folder = tempDir();
    const file = join(folder, 'alertmanager.yml');
    await writeFile(file, `${routingCase.yaml}receivers:${receivers.join('')}\n`);
    const sets = labelSets(routingCase);
    const told = await receiversOf(file, sets);
    const ours = sets.map((labels) => matchRoutes(root, labels).map(({ receiver }) => receiver));
    const explained = sets.map((labels) =>
      takenRoutes(explainRoute(root, labels)).map(({ route }) => route.receiver),
    );
    const rows = (found: readonly (readonly string[])[]) =>
      sets.map((labels, index) => ({ labels, receivers: found[index] }));
    expect(rows(ours)).toEqual(rows(told));
    expect(rows(explained)).toEqual(rows(told));
  });
});

/** Texts that are nearly matchers. */
const fragment = fc.constantFrom(
  'a',
  'b_1',
  ':c',
  '1',
  '=',
  '!=',
  '=~',
  '!~',
  '"',
  '"x"',
  '\\"',
  '\\n',
  '\\\\',
  '\\',
  ',',
  ', ',
  '{',
  '}',
  ' ',
  '\t',
  '\n',
  'ä',
  '😀',
  '.*',
  '(',
  '[a-z]',
  '\\d',
  '~',
  '!',
  '-',
);
const almostMatchers = fc.oneof(
  fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join('')),
  fc
    .tuple(
      fc.constantFrom('a', 'b_1', ' c '),
      fc.constantFrom('=', '!=', '=~', '!~'),
      fc.array(fragment, { maxLength: 4 }),
    )
    .map(([name, operator, parts]) => `${name}${operator}${parts.join('')}`),
  fc
    .tuple(
      fc.constantFrom('a', 'b_1', ' c '),
      fc.constantFrom('=', '!=', '=~', '!~'),
      fc.array(fragment, { maxLength: 4 }),
    )
    .map(([name, operator, parts]) => `${name}${operator}"${parts.join('')}"`),
);

suite('the classic matcher parser and amtool agree', () => {
  const texts = [...new Set(fc.sample(almostMatchers, { numRuns: 900, seed: SEED }))];
  const routeWith = (text: string) => ({ receiver: 'r', routes: [{ matchers: [text] }] });

  it('on what is a list of matchers, and on how it reads', async () => {
    const folder = tempDir();
    const told = await accepts(
      folder,
      texts.map((text) => configuration(routeWith(text))),
    );
    const parsed = texts.map((text) => parseMatchers(text, 'classic'));
    const rows = (ok: readonly boolean[]) => texts.map((text, index) => ({ text, ok: ok[index] }));
    expect(rows(parsed.map(({ ok }) => ok))).toEqual(rows(told));

    const good = texts.filter(
      (_, index) => told[index] && parsed[index]?.ok && parsed[index].matchers.length > 0,
    );
    const tree = { receiver: 'r', routes: good.map((text) => ({ matchers: [text] })) };
    const file = join(folder, 'all.yml');
    await writeFile(file, configuration(tree));
    const printed = await printedMatchers(file);
    const ours = compileRoutes(RouteTree.parse(tree)).children.map(({ matchers }) =>
      formatMatchers(matchers),
    );
    expect(ours).toEqual(printed);
    expect(good.length).toBeGreaterThan(200);
    expect(good.length).toBeLessThan(texts.length - 200);
  });
});

const pattern = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      '.',
      '*',
      '+',
      '?',
      '{2}',
      '{1001}',
      '{2,1}',
      '(',
      ')',
      '(?:',
      '(?i)',
      '(?P<n>',
      '(?=',
      '(?<!',
      '|',
      '[',
      ']',
      '[^a]',
      '[[:alpha:]]',
      '\\d',
      '\\1',
      '\\z',
      '\\Z',
      '\\pL',
      '\\p{Greek}',
      '\\p{Nope}',
      '\\Q',
      '\\E',
      '^',
      '$',
      'é',
      '\\x{1F600}',
      '\\C',
      '\\b',
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

suite('the pattern engine and amtool agree', () => {
  it('on what is a pattern', async () => {
    const patterns = [...new Set(fc.sample(pattern, { numRuns: 600, seed: SEED }))];
    const trees = patterns.map((text) => ({ receiver: 'r', routes: [{ match_re: { a: text } }] }));
    const told = await accepts(tempDir(), trees.map(configuration));
    const ours = trees.map((tree) => RouteTree.safeParse(tree).success);
    const rows = (ok: readonly boolean[]) => patterns.map((text, index) => ({ text, ok: ok[index] }));
    expect(rows(ours)).toEqual(rows(told));
  });
});

const range = (words: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...words),
    fc.tuple(fc.constantFrom(...words), fc.constantFrom(...words)).map((ends) => ends.join(':')),
  );
const TIME_INTERVAL = fc.oneof(
  range(['monday', 'Friday', 'sunday', 'mon', '1', '']).map((weekday) => ({ weekdays: [weekday] })),
  range(['1', '5', '28', '31', '32', '0', '-1', '-3', '-28', '-31', '-32', 'x', '']).map((day) => ({
    days_of_month: [day],
  })),
  range(['january', 'March', 'december', '1', '12', 'jan']).map((month) => ({ months: [month] })),
  range(['2024', '2026', '-1', 'x', '20 26']).map((year) => ({ years: [year] })),
  fc
    .tuple(
      fc.constantFrom('00:00', '09:00', '9:00', '24:00', '24:01', '23:59', ''),
      fc.constantFrom('00:00', '17:00', '24:00', '17:60', '23:59', 'x'),
    )
    .map(([start_time, end_time]) => ({ times: [{ start_time, end_time }] })),
  fc
    .constantFrom('UTC', 'Local', 'Europe/Berlin', 'Europe/Atlantis', 'America/New_York', '+02:00')
    .map((location) => ({ location })),
);

suite('the schema of time intervals and amtool agree', () => {
  it('on what is an interval', async () => {
    const specs = [
      ...new Set(fc.sample(TIME_INTERVAL, { numRuns: 500, seed: SEED }).map((spec) => JSON.stringify(spec))),
    ];
    const lists = specs.map((text) => [{ name: 'n', time_intervals: [JSON.parse(text)] }]);
    const told = await accepts(
      tempDir(),
      lists.map((time_intervals) =>
        JSON.stringify({ route: { receiver: 'r' }, receivers: [{ name: 'r' }], time_intervals }),
      ),
    );
    const rows = (ok: readonly boolean[]) => specs.map((text, index) => ({ text, ok: ok[index] }));
    expect(rows(lists.map((list) => TimeIntervals.safeParse(list).success))).toEqual(rows(told));
  });
});
