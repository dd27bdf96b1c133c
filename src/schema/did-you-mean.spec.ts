import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { closestName, didYouMean } from './did-you-mean.js';

const KEYS = ['alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations', 'accuracy'];

describe('closestName', () => {
  it.each([
    ['lables', 'labels', 'two letters swapped'],
    ['label', 'labels', 'a letter lost'],
    ['annotation', 'annotations', 'a plural forgotten'],
    ['anotations', 'annotations', 'a double letter forgotten'],
    ['Labels', 'labels', 'a capital letter'],
    ['keep-firing-for', 'keep_firing_for', 'dashes for underscores'],
    ['fro', 'for', 'a short word swapped'],
  ])('%s becomes %s: %s', (word, expected) => {
    expect(closestName(word, KEYS)).toBe(expected);
  });

  it.each([
    ['severity', 'nothing is near'],
    ['x', 'one letter could be anything'],
    ['', 'there is no word'],
    ['labels', 'a word is never its own correction'],
  ])('%s has no correction: %s', (word) => {
    expect(closestName(word, KEYS)).toBeUndefined();
  });

  it('prefers the nearest of several', () => {
    expect(closestName('team-flower', ['team-floors', 'team-flowers'])).toBe('team-flowers');
  });

  it('finds any long word with one letter changed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{6,12}$/), fc.nat(5), (word, place) => {
        const changed = `${word.slice(0, place)}#${word.slice(place + 1)}`;
        expect(closestName(changed, [word])).toBe(word);
      }),
    );
  });
});

describe('didYouMean', () => {
  it('ends a message', () => expect(didYouMean('lables', KEYS)).toBe(', did you mean "labels"?'));
  it('says nothing without a candidate', () => expect(didYouMean('severity', [])).toBe(''));
});
