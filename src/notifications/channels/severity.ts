import type { MessageAlert } from '../message.js';

/** The four levels we tell apart; PagerDuty's words. */
export type Severity = 'critical' | 'error' | 'warning' | 'info';

const BY_WORD: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  page: 'critical',
  fatal: 'critical',
  emergency: 'critical',
  error: 'error',
  high: 'error',
  major: 'error',
  warning: 'warning',
  warn: 'warning',
  medium: 'warning',
  minor: 'warning',
  info: 'info',
  information: 'info',
  low: 'info',
  none: 'info',
};
const RANK: readonly Severity[] = ['critical', 'error', 'warning', 'info'];

/** The level behind a `severity` label; a word nobody knows counts as `error`, so that it is not overlooked. */
export function severityOf(word: string | undefined): Severity {
  return BY_WORD[word?.toLowerCase() ?? ''] ?? 'error';
}

/** The alert that speaks for a message: firing before resolved, then the most severe, then the oldest. */
export function leadAlert(alerts: readonly MessageAlert[]): MessageAlert | undefined {
  const rank = (alert: MessageAlert): number =>
    (alert.status === 'firing' ? 0 : RANK.length) + RANK.indexOf(severityOf(alert.labels['severity']));
  return alerts.toSorted(
    (a, b) => rank(a) - rank(b) || (a.startsAt < b.startsAt ? -1 : Number(a.startsAt > b.startsAt)),
  )[0];
}

/** The sign of a state that can be read before the words are. */
export function symbolOf(status: 'firing' | 'resolved', severity: Severity): string {
  if (status === 'resolved') return '✅';
  return severity === 'info' ? '🔵' : severity === 'warning' ? '🟠' : '🔴';
}

/** The colour of a state: `#rrggbb`. */
export function colourOf(status: 'firing' | 'resolved', severity: Severity): string {
  if (status === 'resolved') return '#2eb886';
  return severity === 'info' ? '#3aa3e3' : severity === 'warning' ? '#daa038' : '#a30200';
}

/** The same as a ground for white text, or as text on white: dark enough to be read (4.5 : 1, WCAG 2.2 §1.4.3). */
export function inkOf(status: 'firing' | 'resolved', severity: Severity): string {
  if (status === 'resolved') return '#15793f';
  return severity === 'info' ? '#1d6aa8' : severity === 'warning' ? '#a15c07' : '#a30200';
}
