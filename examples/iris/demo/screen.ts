const COLOUR = { dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;
export type Colour = keyof typeof COLOUR;

/** A timeline for a terminal: one line a thing that happened, and below it, on a terminal, what is being waited for. */
export class Screen {
  private readonly started = Date.now();
  private progress = '';

  constructor(private readonly out: NodeJS.WriteStream) {}

  /** Adds a line: seconds since the start, stage, what happened and why. */
  line(stage: string, text: string, colour: Colour = 'dim'): void {
    const seconds = ((Date.now() - this.started) / 1000).toFixed(1).padStart(6);
    this.clear();
    this.out.write(
      `${this.paint(`${seconds}s`, 'dim')}  ${this.paint(stage.padEnd(12), colour)} ${this.cut(text)}\n`,
    );
    this.draw();
  }

  /** Shows what is being waited for; without a terminal, nothing. */
  waiting(text: string): void {
    this.clear();
    this.progress = text;
    this.draw();
  }

  /** Ends the progress line. */
  end(): void {
    this.clear();
    this.progress = '';
  }

  private cut(text: string): string {
    const width = (this.out.columns ?? 0) - 24;
    return width > 20 && text.length > width ? `${text.slice(0, width - 1)}…` : text;
  }

  private draw(): void {
    if (this.out.isTTY && this.progress !== '')
      this.out.write(this.paint(`         … ${this.cut(this.progress)}`, 'dim'));
  }

  private clear(): void {
    if (this.out.isTTY) this.out.write('\r\u001b[2K');
  }

  private paint(text: string, colour: Colour): string {
    return this.out.isTTY ? `\u001b[${COLOUR[colour]}m${text}\u001b[0m` : text;
  }
}
