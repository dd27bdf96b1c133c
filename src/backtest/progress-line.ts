import { counted, countText, spanText } from './format.js';
import type { Progress } from './replay-rules.js';

const WIDTH = 24;

/** One line about a replay under way: `[#####     ] 42 %, 18s left, 310 queries, 4.2M points`. */
export function progressLine({ done, requests, points }: Progress, elapsedMs: number): string {
  const filled = Math.floor(done * WIDTH);
  const bar = '#'.repeat(filled) + ' '.repeat(WIDTH - filled);
  // The first moments say nothing about the rest.
  const left = done > 0.02 ? `, ${spanText((elapsedMs / 1000) * (1 / done - 1))} left` : '';
  const asked = `${counted(requests, 'query', 'queries')}, ${countText(points)} points`;
  return `[${bar}] ${Math.floor(done * 100)} %${left}, ${asked}`;
}
