import type { Labels } from './labels.js';
import { formatMatcher } from './matcher-format.js';
import { parseMatchers } from './matcher-parse.js';

/** Labels from a command line, or what is wrong with them and what to write instead. */
export type ReadLabels =
  { readonly ok: true; readonly labels: Labels } | { readonly ok: false; readonly error: string };

const EXPECTED = 'expected labels such as alertname=IrisAccuracyLow severity=critical';

/** Labels as people type them: `name=value`, quoted or not, or several in braces as alerts are shown: `{a="b", c="d"}`. */
export function readLabelOperands(operands: readonly string[]): ReadLabels {
  const labels: Record<string, string> = {};
  for (const operand of operands) {
    const read = operand.trim().startsWith('{') ? inBraces(operand) : onePair(operand);
    if (typeof read === 'string') return { ok: false, error: read };
    for (const [name, value] of read) {
      if (Object.hasOwn(labels, name) && labels[name] !== value)
        return { ok: false, error: `${EXPECTED}, got two values for ${name}` };
      labels[name] = value;
    }
  }
  return operands.length === 0 ? { ok: false, error: `${EXPECTED}, got none` } : { ok: true, labels };
}

type Pairs = readonly (readonly [name: string, value: string])[];

function onePair(operand: string): Pairs | string {
  const [, name, value = ''] = /^\s*([^=!~\s]+)\s*=(?!~)(.*)$/s.exec(operand) ?? [];
  if (name === undefined) return `${EXPECTED}, got ${JSON.stringify(operand)}`;
  return [[name, /^"(.*)"$/s.exec(value)?.[1] ?? value]];
}

function inBraces(operand: string): Pairs | string {
  const parsed = parseMatchers(operand, 'utf8');
  if (!parsed.ok) return `${EXPECTED}, got ${JSON.stringify(operand)}: ${parsed.error.message}`;
  const other = parsed.matchers.find(({ operator }) => operator !== '=');
  if (other) return `${EXPECTED}, got ${formatMatcher(other)}: an alert has one value for each label`;
  return parsed.matchers.map(({ name, value }) => [name, value]);
}
