import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import { callbackToken, verifyCallbackToken } from './callback-token.js';

const key = Buffer.alloc(32, 7);
const other = Buffer.alloc(32, 8);

describe('callbackToken', () => {
  it('is the same whenever it is made, and fits a header', () => {
    expect(callbackToken('rt-1', key)).toBe(callbackToken('rt-1', key));
    expect(callbackToken('rt-1', key)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('opens its own run and no other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (run, stranger) => {
        const token = callbackToken(run, key);
        expect(verifyCallbackToken(token, run, key)).toBe(true);
        expect(verifyCallbackToken(token, run, other)).toBe(false);
        if (stranger !== run) expect(verifyCallbackToken(token, stranger, key)).toBe(false);
        if (stranger !== token) expect(verifyCallbackToken(stranger, run, key)).toBe(false);
      }),
    );
  });
});
