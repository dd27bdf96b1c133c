import { describe, expect, it } from '@jest/globals';
import { readOptions } from './backtest-options.js';

const NOW = new Date('2026-03-31T12:00:00.400Z');
const DEFAULTS = {
  from: '30d',
  'run-duration': '1h',
  'run-outcome': 'verified',
  'approve-after': '1h',
  concurrency: '4',
};

describe('the options of a backtest', () => {
  it('are thirty days up to now, unless something else is asked for', () => {
    expect(readOptions(DEFAULTS, NOW)).toEqual({
      options: {
        fromMs: Date.parse('2026-03-01T12:00:00Z'),
        toMs: Date.parse('2026-03-31T12:00:00Z'),
        assumptions: { durationMs: 3_600_000, outcome: 'verified', approveAfterMs: 3_600_000 },
        concurrency: 4,
        json: false,
      },
    });
  });

  it('may be instants, and everything else', () => {
    const read = readOptions(
      {
        ...DEFAULTS,
        from: '2026-03-01T10:00',
        to: '2026-03-02T10:00Z',
        step: '30s',
        rule: '^Iris',
        prometheus: 'http://prom:9090/',
        incident: ['2026-03-01/2026-03-02'],
        'approve-after': 'never',
        mode: 'auto',
        json: true,
        html: 'out.html',
      },
      NOW,
    );
    expect(read).toMatchObject({
      options: {
        fromMs: Date.parse('2026-03-01T10:00Z'),
        toMs: Date.parse('2026-03-02T10:00Z'),
        stepMs: 30_000,
        rule: /^Iris/,
        prometheus: 'http://prom:9090',
        incidents: [{ fromMs: Date.parse('2026-03-01'), toMs: Date.parse('2026-03-02') }],
        assumptions: { durationMs: 3_600_000, outcome: 'verified' },
        mode: 'auto',
        json: true,
        html: 'out.html',
      },
    });
    expect(read).not.toHaveProperty('options.assumptions.approveAfterMs');
  });

  it('are refused all at once, each with what to write instead', () => {
    const bad = {
      ...DEFAULTS,
      from: 'monday',
      step: '10ms',
      rule: '(',
      prometheus: 'prom:9090',
      incident: ['2026-03-01'],
      'run-outcome': 'fine',
      mode: 'wild',
      concurrency: '99',
    };
    const read = readOptions(bad, NOW);
    const problems = 'problems' in read ? read.problems : [];
    expect(new Set(problems.map((problem) => problem.split(':')[0]))).toEqual(
      new Set([
        '--concurrency',
        '--from',
        '--incident',
        '--mode',
        '--prometheus',
        '--rule',
        '--run-outcome',
        '--step',
      ]),
    );
    expect(problems.join('\n')).toContain('--from: expected a duration such as 30d or an instant');
  });

  it('must have a beginning before the end', () => {
    expect(readOptions({ ...DEFAULTS, from: '0' }, NOW)).toHaveProperty('problems');
    expect(readOptions({ ...DEFAULTS, from: '2027-01-01' }, NOW)).toHaveProperty('problems');
  });
});
