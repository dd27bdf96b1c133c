import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import type { Labels } from '../../../src/alerts/labels.js';
import { allRoutes, compileRoutes, matchRoutes } from '../../../src/routing/compile-routes.js';
import type { Route } from '../../../src/routing/route.js';
import { routeTree } from '../../../src/routing/route.schema.js';
import type { Scenario } from '../../fixtures/alertmanager-differential/scenario.js';
import { SCENARIOS } from '../../fixtures/alertmanager-differential/scenarios.js';
import { tempDir } from '../../support/temp-dir.js';
import { hasAmtool, knowsModes, receiversOf } from './amtool.js';

/** The tool takes one label set a call, some 20 ms each: 500 take minutes for all configurations, and are asked for by hand. */
const LABEL_SETS = Number(process.env['AMTOOL_LABEL_SETS'] ?? 15);
const SEED = 20261124;
const RouteTree = routeTree(knowsModes ? 'fallback' : 'classic');

jest.setTimeout(LABEL_SETS * 1000 + 30_000);

/** Texts that a pattern of these configurations takes, and some that it nearly takes. */
function wordsOf(pattern: string): readonly string[] {
  return pattern
    .replace('(?i)', '')
    .split('|')
    .map((part) =>
      part
        .replaceAll('[ab]', 'a')
        .replaceAll(String.raw`\d+`, '7')
        .replace('.*', '')
        .replace('.+', 'z')
        .replace('.', 'q'),
    );
}

/** Label sets of the words that the matchers of a tree name, of near misses, and of words that mean nothing to it. */
function labelSets(root: Route): readonly Labels[] {
  const vocabulary = new Map<string, Set<string>>([
    ['alertname', new Set(['Acc', 'Loss', ''])],
    ['team', new Set(['ml', 'ops', 'nobody', ''])],
    ['severity', new Set(['critical', 'warning', 'info', ''])],
    ['zone', new Set(['a', 'b', 'ab', ''])],
    ['way', new Set(['x', ''])],
    ['i', new Set(['1', '2', '3', '4', '5', '6', ''])],
  ]);
  for (const { name, value } of allRoutes(root).flatMap(({ matchers }) => matchers)) {
    const words = vocabulary.get(name) ?? new Set(['', 'else']);
    for (const word of [value, ...wordsOf(value)]) words.add(word).add(`${word}s`);
    vocabulary.set(name, words);
  }
  const record = Object.fromEntries(
    [...vocabulary].map(([name, words]) => [name, fc.constantFrom(...words)]),
  );
  const sampled = fc.sample(fc.record(record), { numRuns: LABEL_SETS * 4, seed: SEED });
  const sets = sampled.map((set) =>
    Object.fromEntries(Object.entries(set).filter(([, word]) => word !== '')),
  );
  return [...new Map(sets.map((set) => [JSON.stringify(set), set])).values()].slice(0, LABEL_SETS);
}

/** What amtool says of each set; as many of it at a time as there are cores. */
async function told(file: string, sets: readonly Labels[]): Promise<readonly (readonly string[])[]> {
  const each = Math.ceil(sets.length / cpus().length);
  const parts = cpus().map((_, index) => sets.slice(index * each, (index + 1) * each));
  const asked = parts.filter((part) => part.length > 0).map((part) => receiversOf(file, part, []));
  return (await Promise.all(asked)).flat();
}

const suite = hasAmtool ? describe : describe.skip;

suite('the router and amtool agree on generated alerts', () => {
  const written = ({ config, classicConfig }: Scenario): string =>
    knowsModes ? config : (classicConfig ?? config);
  const distinct = [...new Map(SCENARIOS.map((scenario) => [written(scenario), scenario])).values()];

  it.each(distinct.map((scenario) => [scenario.name, scenario] as const))(
    'where an alert %s',
    async (_name, scenario) => {
      const yaml = written(scenario).replaceAll('SINK', 'http://127.0.0.1:9');
      const root = compileRoutes(RouteTree.parse(parse(yaml).route));
      const file = join(tempDir(), 'alertmanager.yml');
      await writeFile(file, yaml);
      const sets = labelSets(root);
      const rows = (found: readonly (readonly string[])[]) =>
        sets.map((labels, index) => ({ labels, receivers: found[index]?.join() }));
      const ours = sets.map((labels) => matchRoutes(root, labels).map(({ receiver }) => receiver));
      expect(rows(ours)).toEqual(rows(await told(file, sets)));
      expect(sets).toHaveLength(LABEL_SETS);
      const reached = new Set(ours.flat());
      const receivers = new Set(allRoutes(root).map(({ receiver }) => receiver));
      expect(reached.size).toBeGreaterThan(receivers.size / 3);
    },
  );
});
