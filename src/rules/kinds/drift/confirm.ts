import { formatDuration } from '../../../schema/duration.js';
import type { Observation } from '../kind.js';

/**
 * What windows in a row say together, the latest first: breached when each of them is on its own, with the mildest of their
 * severities. One that is clear refutes the breach, one that cannot be judged leaves it open. Evidence is the latest's.
 */
export function confirmWindows(
  windows: readonly [Observation, ...Observation[]],
  windowMs: number,
): Observation {
  const [latest, ...earlier] = windows;
  if (latest.verdict !== 'breached' || earlier.length === 0) return latest;
  const doubts = earlier.flatMap((window, index) =>
    window.verdict === 'breached'
      ? []
      : [{ window, from: (index + 2) * windowMs, to: (index + 1) * windowMs }],
  );
  if (doubts.length === 0) {
    const mild = windows.find(({ severity }) => severity === 'warning');
    return {
      ...noted(latest, `in ${windows.length} windows in a row`),
      ...(mild ? { severity: 'warning' } : {}),
    };
  }
  const told = doubts.map(({ window, from, to }) => {
    const span = `the window from ${formatDuration(from)} to ${formatDuration(to)} ago`;
    const { value } = window;
    if (window.verdict === 'clear')
      return `${span} does not breach${value === null ? '' : `, at ${Number(value.toPrecision(3))}`}`;
    return `${span} cannot be judged (${window.evidence?.note ?? window.verdict})`;
  });
  const refuted = doubts.some(({ window }) => window.verdict === 'clear');
  const { severity: _, ...doubtful } = noted(latest, `not confirmed: ${told.join(', ')}`);
  return { ...doubtful, verdict: refuted ? 'clear' : 'insufficient_data' };
}

function noted(observation: Observation, text: string): Observation {
  const { evidence } = observation;
  if (!evidence) return observation;
  const note = [text, evidence.note].filter((part) => part !== undefined).join('; ');
  return { ...observation, evidence: { ...evidence, note } };
}
