import { describe, expect, it } from '@jest/globals';
import { fingerprint } from '../alerts/fingerprint.js';
import { LabelMemory } from './known-labels.js';

const TEXT = '{"b": "2", "a": "1", "__proto__": "p"}';

describe('labels by their text', () => {
  it('are read in order, whatever they are called, with the fingerprint of all of them', () => {
    const { labels, fingerprint: hash } = new LabelMemory().read(TEXT);
    expect(JSON.stringify(labels)).toBe('{"__proto__":"p","a":"1","b":"2"}');
    expect(hash).toBe(fingerprint(JSON.parse(TEXT)));
  });

  it('are the same as in the list before', () => {
    const memory = new LabelMemory();
    const first = memory.read(TEXT);
    memory.begin();
    expect(memory.read(TEXT)).toBe(first);
    memory.begin();
    expect(memory.read(TEXT)).toBe(first);
  });

  it('are forgotten once a list did without them', () => {
    const memory = new LabelMemory();
    const first = memory.read(TEXT);
    memory.begin();
    memory.begin();
    expect(memory.read(TEXT)).not.toBe(first);
  });
});
