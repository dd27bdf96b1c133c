import { describe, expect, it } from '@jest/globals';
import { readFlags, readNumber } from './process.js';

describe('flags', () => {
  const defaults = { port: '8701', 'model-file': '', 'bad-data': false } as const;

  it.each([
    ['fall back to their defaults', [], {}, { port: '8701', 'model-file': '', 'bad-data': false }],
    ['come from the command line', ['--port', '0', '--bad-data'], {}, { port: '0', 'bad-data': true }],
    [
      'come from the environment',
      [],
      { IRIS_MODEL_FILE: 'm.json', IRIS_BAD_DATA: '1' },
      { 'model-file': 'm.json', 'bad-data': true },
    ],
    ['prefer the command line', ['--port', '1'], { IRIS_PORT: '2' }, { port: '1' }],
    ['take an empty variable for none', [], { IRIS_PORT: '' }, { port: '8701' }],
    ['read a switch that is off', [], { IRIS_BAD_DATA: 'false' }, { 'bad-data': false }],
  ])('%s', (_what, argv, env, expected) => {
    expect(readFlags(defaults, argv, env)).toMatchObject(expected);
  });

  it('must exist', () => {
    expect(() => readFlags(defaults, ['--prot', '1'], {})).toThrow("Unknown option '--prot'");
  });

  it.each(['', 'many', '-1', 'NaN'])('refuse %p where a number belongs', (text) => {
    expect(() => readNumber('rate', text)).toThrow(`--rate: expected a number from 0, got "${text}"`);
  });
});
