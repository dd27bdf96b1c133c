import type { WriteStream } from 'node:tty';
import { progressLine } from '../backtest/progress-line.js';
import type { Progress } from '../backtest/replay-rules.js';

const REDRAW_MS = 100;
const REPEAT_MS = 10_000;
const CLEAR_LINE = '\r\u001B[K';

/** Shows how far a replay has come: a bar that is drawn anew on a terminal, a line now and then elsewhere. */
export class ProgressDisplay {
  private shownAt = 0;

  constructor(
    private readonly terminal: Pick<WriteStream, 'write'> & { readonly isTTY?: boolean },
    private readonly complain: (line: string) => void,
    private readonly elapsedMs: () => number,
  ) {}

  /** Shows it, unless something was shown a moment ago. */
  show(progress: Progress): void {
    const now = this.elapsedMs();
    if (now - this.shownAt < (this.terminal.isTTY ? REDRAW_MS : REPEAT_MS)) return;
    this.shownAt = now;
    const line = progressLine(progress, now);
    if (this.terminal.isTTY) this.terminal.write(CLEAR_LINE + line);
    else this.complain(line);
  }

  /** Leaves a clean line behind. */
  end(): void {
    if (this.terminal.isTTY) this.terminal.write(CLEAR_LINE);
  }
}
