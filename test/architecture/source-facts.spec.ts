import { describe, expect, it } from '@jest/globals';
import { impureUses, undocumentedExports } from './source-facts.js';

describe('impureUses', () => {
  it.each([
    ['the clock', 'const now = Date.now();', ['1: Date.now']],
    ['the clock as a new date', 'const a = 1;\nconst now = new Date();', ['2: new Date()']],
    ['a function that reads the clock', 'const later = times.map(Date.now);', ['1: Date.now']],
    ['a timer', 'setTimeout(() => {}, 5);', ['1: setTimeout']],
    ['the network', 'await fetch(url);', ['1: fetch']],
    ['the environment', 'const home = process.env.HOME;', ['1: process']],
    ['chance', 'const jitter = 5 * Math.random();', ['1: Math.random']],
    ['the console', "console.log('hello');", ['1: console']],
  ])('finds %s', (_what, source, found) => {
    expect(impureUses(source)).toEqual(found);
  });

  it.each([
    ['a date made from an argument', 'new Date(at);'],
    ['a port called fetch', 'await io.fetch(url);'],
    ['the types of timers', 'let timer: ReturnType<typeof setTimeout>;'],
    ['a word in a text or comment', "// Date.now()\nconst text = 'console.log';"],
  ])('allows %s', (_what, source) => {
    expect(impureUses(source)).toEqual([]);
  });
});

describe('undocumentedExports', () => {
  it.each([
    ['a function', 'export function a() {}', ['a']],
    ['a constant', 'export const a = 1, b = 2;', ['a', 'b']],
    ['a type with a plain comment', '// what it is\nexport type A = 1;', ['A']],
    ['a class', 'export class A {}', ['A']],
  ])('finds %s', (_what, source, found) => {
    expect(undocumentedExports(source)).toEqual(found);
  });

  it.each([
    ['a documented class with a decorator', '/** What. */\n@Injectable()\nexport class A {}'],
    [
      'a type beside its documented schema',
      '/** What. */\nexport const A = z.string();\nexport type A = z.infer<typeof A>;',
    ],
    ['what is not exported', 'function a() {}'],
    ['a re-export', "export { a } from './a.js';"],
  ])('allows %s', (_what, source) => {
    expect(undocumentedExports(source)).toEqual([]);
  });
});
