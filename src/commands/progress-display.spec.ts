import { describe, expect, it } from '@jest/globals';
import { ProgressDisplay } from './progress-display.js';

const HALF = { done: 0.5, requests: 20, points: 4000, coveredMs: 0 };

/** What a display writes that is shown the same at these moments, and ended. */
function shown(isTTY: boolean, moments: readonly number[]): { terminal: string; lines: readonly string[] } {
  let terminal = '';
  let now = 0;
  const lines: string[] = [];
  const display = new ProgressDisplay(
    { isTTY, write: (text: string | Uint8Array) => ((terminal += String(text)), true) },
    (line) => lines.push(line),
    () => now,
  );
  for (now of moments) display.show(HALF);
  display.end();
  return { terminal, lines };
}

describe('progress of a long command', () => {
  it('is one line on a terminal that is drawn anew, and gone at the end', () => {
    const { terminal, lines } = shown(true, [50, 100, 150, 250]);
    expect(lines).toEqual([]);
    const drawn = terminal.split('\r\u001B[K').slice(1);
    expect(drawn).toHaveLength(3);
    expect(drawn[0]).toMatch(/^\[#{12} {12}\] 50 %, 0s left, 20 queries, 4000 points$/);
    expect(drawn[2]).toBe('');
    expect(terminal).not.toContain('\n');
  });

  it('is a line every ten seconds elsewhere, without control characters', () => {
    const { terminal, lines } = shown(false, [100, 9999, 10_000, 15_000, 20_000]);
    expect(terminal).toBe('');
    expect(lines).toHaveLength(2);
    expect(lines.join('')).toMatch(/^[ -~]+$/);
  });
});
