import type { z } from 'zod';
import { didYouMean } from '../schema/did-you-mean.js';

/** A schema's complaint with a full path and a sentence. `atKey`: it is about the key, not about its value. */
export interface Complaint {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly atKey: boolean;
  /** The type a written value should have had, where that was the whole complaint. */
  readonly expected?: string;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
  map: 'a map of keys',
  null: 'nothing',
};
const typeWord = (type: string): string => TYPE_WORDS[type] ?? type;

/** A value by its type alone: texts are not repeated, they may be secrets in the wrong place. */
function describe(input: unknown): string {
  if (input === undefined || input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'number') return Number.isInteger(input) ? 'a number' : 'a number with a fraction';
  if (typeof input === 'boolean') return String(input);
  return typeof input === 'string' ? 'a text' : 'a map of keys';
}

function anyOf(words: readonly string[]): string {
  const unique = [...new Set(words)];
  return unique.length < 2 ? unique.join('') : `${unique.slice(0, -1).join(', ')} or ${unique.at(-1)}`;
}

function oneOf(values: readonly unknown[], input: unknown): string {
  const choice = anyOf(values.map((value) => JSON.stringify(value)));
  const expected = values.length > 1 ? `expected one of ${choice}` : `expected ${choice}`;
  if (input === undefined || input === null) return `${expected}, got nothing`;
  if (typeof input !== 'string') return `${expected}, got ${describe(input)}`;
  return `${expected}, got ${JSON.stringify(input)}${didYouMean(input, values.map(String))}`;
}

function tooSmall(issue: z.core.$ZodIssueTooSmall & { input?: unknown }): string {
  const { origin, minimum, inclusive = true } = issue;
  if (origin === 'string')
    return minimum === 1 ? 'expected a text, got an empty one' : `expected at least ${minimum} characters`;
  if (origin === 'array')
    return `expected at least ${minimum} ${minimum === 1 ? 'entry' : 'entries'} in the list`;
  return `expected ${inclusive ? 'at least' : 'more than'} ${minimum}, got ${String(issue.input)}`;
}

function tooBig(issue: z.core.$ZodIssueTooBig & { input?: unknown }): string {
  const { origin, maximum, inclusive = true } = issue;
  if (origin === 'string') return `expected at most ${maximum} characters`;
  if (origin === 'array')
    return `expected at most ${maximum} ${maximum === 1 ? 'entry' : 'entries'} in the list`;
  return `expected ${inclusive ? 'at most' : 'less than'} ${maximum}, got ${String(issue.input)}`;
}

const FORMAT_WORDS: Readonly<Record<string, string>> = {
  url: 'a URL such as https://example.org',
  email: 'an e-mail address',
  regex: 'a text of another form',
};

/** zod's error map: the sentence for every complaint to which a schema gave none of its own. */
export const explain: z.core.$ZodErrorMap = (raw) => {
  const issue = raw as z.core.$ZodIssue & { input?: unknown };
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return `missing, expected ${typeWord(issue.expected)}`;
      return `expected ${typeWord(issue.expected)}, got ${describe(issue.input)}`;
    case 'invalid_value':
      return oneOf(issue.values, issue.input);
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_format':
      return `expected ${FORMAT_WORDS[issue.format] ?? `a text of the form ${issue.format}`}`;
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}, got ${String(issue.input)}`;
    case 'unrecognized_keys':
      return 'unknown key';
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? oneOf(issue.options, issue.input)
        : 'fits none of the forms';
    default:
      return 'not valid';
  }
};

const isWrongType = (issue: z.core.$ZodIssue): boolean =>
  issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');

/** How far a form of a union is from what was written: unknown and missing keys and wrong discriminators weigh most. */
function distance(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys') return sum + 100 * issue.keys.length;
    const shallow = issue.path.length <= 1;
    if (shallow && issue.code === 'invalid_value') return sum + 100;
    if (shallow && issue.code === 'invalid_type' && issue.message.startsWith('missing')) return sum + 100;
    return sum + 1;
  }, 0);
}

/** A failed union told by its nearest form; when every form wants another type, by all of their types. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | string {
  const near = issue.errors.filter((form) => !form.some(isWrongType));
  if (near.length > 0) return near.reduce((best, form) => (distance(form) < distance(best) ? form : best));
  const roots = issue.errors.map((form) => form.find(isWrongType)).filter((root) => root !== undefined);
  const expected = roots.flatMap((root) =>
    root.code === 'invalid_type'
      ? [typeWord(root.expected)]
      : root.code === 'invalid_value'
        ? root.values.map((v) => JSON.stringify(v))
        : [],
  );
  if (expected.length === 0) return issue.message;
  const got = roots[0]?.message.split(', got ')[1];
  return got === undefined
    ? `missing, expected ${anyOf(expected)}`
    : `expected ${anyOf(expected)}, got ${got}`;
}

/**
 * zod's issues as sentences with full paths, unions unfolded.
 * `keysAt` names the keys known at a path, for corrections of unknown ones.
 */
export function complaintsOf(
  issues: readonly z.core.$ZodIssue[],
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
  prefix: readonly PropertyKey[] = [],
): readonly Complaint[] {
  return issues.flatMap((issue): readonly Complaint[] => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      // The path names the key; a message of the schema's own need not do so again.
      const named = `${issue.keys.join(', ')}: `;
      const message = issue.message.startsWith(named) ? issue.message.slice(named.length) : issue.message;
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `${message}${didYouMean(key, keysAt(path))}`,
        atKey: true,
      }));
    }
    if (issue.code === 'invalid_key') {
      return [{ path, message: issue.issues[0]?.message ?? issue.message, atKey: true }];
    }
    if (
      issue.code === 'invalid_union' &&
      issue.errors.length > 0 &&
      issue.message === 'fits none of the forms'
    ) {
      const told = explainUnion(issue);
      return typeof told === 'string'
        ? [{ path, message: told, atKey: false }]
        : complaintsOf(told, keysAt, path);
    }
    const expected = issue.code === 'invalid_type' ? { expected: issue.expected } : {};
    return [{ path, message: issue.message, atKey: false, ...expected }];
  });
}
