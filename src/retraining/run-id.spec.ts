import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import { newIncidentId, newRunId } from './run-id.js';

const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });

describe('newRunId', () => {
  it('writes the time and the randomness of a ULID in lower case', () => {
    // 01ARYZ6S41 is the time part of the specification's own example.
    expect(newRunId(new Date(1_469_918_176_385), new Uint8Array(10).fill(0xff))).toBe(
      'rt-01aryz6s41zzzzzzzzzzzzzzzz',
    );
    expect(newIncidentId(new Date(0), new Uint8Array(10))).toBe('inc-00000000000000000000000000');
  });

  it('always fits a DNS label', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date(2 ** 48 - 1), noInvalidDate: true }),
        bytes,
        (now, random) => {
          const id = newRunId(now, random);
          expect(id).toMatch(/^[a-z0-9-]{29}$/);
        },
      ),
    );
  });

  it('sorts by time, whatever the randomness', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 1e9 }), bytes, bytes, (start, gap, before, after) => {
        expect(newRunId(new Date(start), before) < newRunId(new Date(start + gap), after)).toBe(true);
      }),
    );
  });

  it('differs when a single random byte differs', () => {
    fc.assert(
      fc.property(bytes, fc.nat(9), (random, index) => {
        const other = Uint8Array.from(random);
        other[index] = (other[index] as number) ^ 1;
        expect(newRunId(new Date(0), other)).not.toBe(newRunId(new Date(0), random));
      }),
    );
  });

  it('refuses to make an id out of too little randomness', () => {
    expect(() => newRunId(new Date(0), new Uint8Array(9))).toThrow('10 random bytes');
  });
});
