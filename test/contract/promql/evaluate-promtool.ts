import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../support/temp-dir.js';

/** A promtool and the major version of the Prometheus it belongs to. */
export interface Promtool {
  readonly program: string;
  readonly version: 2 | 3;
}

/** The promtool of this machine, and those that PROMTOOLS names besides, separated by colons. */
export const promtools: readonly Promtool[] = ['promtool', ...(process.env['PROMTOOLS'] ?? '').split(':')]
  .filter((program) => program !== '')
  .flatMap((program) => {
    const { stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    const major = /promtool, version (\d+)/.exec(`${stdout}${stderr}`)?.[1];
    return major === undefined ? [] : [{ program, version: major === '2' ? 2 : 3 }];
  });

/** An instant query: milliseconds after the first sample. */
export interface Question {
  readonly expr: string;
  readonly atMs: number;
}

/** What Prometheus says to a question: samples by their labels in a fixed order, or its error. */
export type PromtoolAnswer = ReadonlyMap<string, number> | { readonly error: string };

/** What an expectation that is never met is called, so that promtool shows what it got instead. */
const NEVER = 'never_expected';

/** What promtool answers over series in its own notation. */
export function askPromtool(
  { program }: Promtool,
  intervalMs: number,
  series: Readonly<Record<string, string>>,
  questions: readonly Question[],
): readonly PromtoolAnswer[] {
  const test = {
    interval: `${intervalMs}ms`,
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: questions.map(({ expr, atMs }) => ({
      expr,
      eval_time: `${atMs}ms`,
      exp_samples: [{ labels: NEVER, value: 1 }],
    })),
  };
  const file = join(tempDir(), 'test.yml');
  writeFileSync(file, JSON.stringify({ rule_files: [], evaluation_interval: '1m', tests: [test] }));
  const { stdout, stderr } = spawnSync(program, ['test', 'rules', file], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const blocks = stderr.split(/^ {4}expr: /m).slice(1);
  if (blocks.length !== questions.length)
    throw new Error(`${blocks.length} answers to ${questions.length} questions:\n${stdout}${stderr}`);
  return blocks.map((block) => {
    const error = /, time: [^\n]*?, err: ([\s\S]*)/.exec(block)?.[1];
    if (error !== undefined) return { error: error.trim() };
    return readSamples(/\n {8}got: ([\s\S]*)/.exec(block)?.[1]?.trim() ?? '');
  });
}

/** `{__name__="x", a="b"} 4E+00, {} 1E+00`, or `nil`. */
function readSamples(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  for (const [, labels, value] of text.matchAll(/\{((?:"(?:\\.|[^"\\])*"|[^"}])*)\} (\S+?)(?:, |$)/g)) {
    const pairs = [...(labels ?? '').matchAll(/([^\s,="]+|"(?:\\.|[^"\\])*")=("(?:\\.|[^"\\])*")/g)];
    const named = Object.fromEntries(pairs.map(([, name, quoted]) => [name, JSON.parse(quoted as string)]));
    samples.set(keyOf(named), numberOf(value as string));
  }
  return samples;
}

/** Labels as one text, equal for equal sets. */
export function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function numberOf(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}
