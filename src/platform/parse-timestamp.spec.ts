import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { parseUtcTimestamp } from './parse-timestamp.js';

const usual = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date;

describe('a timestamp of PostgreSQL', () => {
  it('is the instant that the usual parser reads, to the millisecond', () => {
    const years = {
      min: new Date('0101-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    };
    const microseconds = fc.integer({ min: 0, max: 999 });
    fc.assert(
      fc.property(fc.date(years), microseconds, fc.integer({ min: 0, max: 6 }), (date, micro, digits) => {
        const [day, time] = date.toISOString().slice(0, -1).split('T') as [string, string];
        const [seconds, fraction] = `${time}${String(micro).padStart(3, '0')}`.split('.') as [string, string];
        const text = `${day} ${seconds}${digits > 0 ? `.${fraction.slice(0, digits)}` : ''}+00`;
        expect(parseUtcTimestamp(text)).toEqual(usual(text));
      }),
    );
  });

  it.each([
    'infinity',
    '-infinity',
    '0044-03-15 12:00:00+00 BC',
    '2026-03-10 12:00:00+02',
    '12026-03-10 12:00:00+00',
    '',
  ])('that is written as %j is left to the usual one', (text) => {
    expect(parseUtcTimestamp(text)).toBeUndefined();
  });
});
