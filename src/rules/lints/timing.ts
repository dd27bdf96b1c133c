import { formatDuration } from '../../schema/duration.js';
import type { Finding, Lint } from './lint.js';

/** Waits that end before anybody looks again. */
export const shorterThanInterval: Lint = {
  id: 'shorter-than-interval',
  severity: 'info',
  finds: '`for` or `keep_firing_for` shorter than the interval of the group: both count in whole evaluations',
  instead: 'the interval or more, or 0',
  check: ({ rule, intervalMs }) =>
    (['for', 'keep_firing_for'] as const).flatMap((key): readonly Finding[] => {
      const ms = rule[key];
      if (ms === 0 || ms >= intervalMs) return [];
      const interval = formatDuration(intervalMs);
      return [
        {
          path: [key],
          message: `${formatDuration(ms)} is shorter than the interval of the group, and lasts ${interval} all the same`,
          instead: `write ${interval} or more, or leave it out`,
        },
      ];
    }),
};

/** Drift that is confirmed by itself. */
export const driftFor: Lint = {
  id: 'drift-for',
  severity: 'warning',
  finds:
    '`for` on a drift rule: the windows of its evaluations overlap, so it sees the same data again and confirms nothing',
  instead: '`confirm: 2`, which asks for two windows, one after the other',
  check: ({ rule }) => {
    const window = rule.drift?.window ?? rule.prediction_drift?.window;
    if (window === undefined || rule.for === 0 || rule.for >= window) return [];
    const spans = `${formatDuration(rule.for)} of a window of ${formatDuration(window)}`;
    return [
      {
        path: ['for'],
        message: `after ${spans} most of the data is the same, so for confirms nothing`,
        instead: 'write confirm: 2 in the drift rule',
      },
    ];
  },
};
