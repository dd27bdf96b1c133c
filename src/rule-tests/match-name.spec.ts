import { describe, expect, it } from '@jest/globals';
import { matchesName } from './match-name.js';

describe('matchesName', () => {
  it.each([
    ['*.yml', 'iris.yml', true],
    ['*.yml', 'iris.yaml', false],
    ['*.yml', '.hidden.yml', false],
    ['.*', '.hidden.yml', true],
    ['i?is.y[ma]*', 'iris.yaml', true],
    ['[^a]*', 'abc', false],
    ['a.c', 'abc', false],
    ['(a)+*', '(a)+b', true],
  ])('%s is like %s: %s', (pattern, name, like) => {
    expect(matchesName(pattern, name)).toBe(like);
  });
});
