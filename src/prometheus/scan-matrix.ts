import { type RangeSeries, stepOf, type Steps } from './range-samples.js';
import { readValue } from './read-value.js';
import type { SeriesLabels } from './sample.js';

const HEAD = '{"status":"success","data":{"resultType":"matrix","result":[';
const METRIC = '{"metric":';
const VALUES = ',"values":[';
const [QUOTE, COMMA, MINUS, DOT, ZERO, NINE] = [34, 44, 45, 46, 48, 57];
const [OPEN_LIST, CLOSE_LIST, BACKSLASH, OPEN_MAP, CLOSE_MAP] = [91, 93, 92, 123, 125];
/** Integers up to 15 digits and these powers are exact as doubles, so their quotient is the number as written. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/**
 * The series of a range answer, read straight from its bytes: a third of the time and a tenth of the memory of parsing
 * the JSON. Undefined when the bytes are not laid out as Prometheus lays them out.
 * @throws PrometheusError when they are, and a value or an instant makes no sense.
 */
export function scanMatrix(body: Buffer, steps: Steps): RangeSeries[] | undefined {
  const scan = new Scan(body, steps);
  if (!scan.skip(HEAD)) return undefined;
  const found: RangeSeries[] = [];
  if (!scan.at(CLOSE_LIST)) {
    do {
      const series = scan.series();
      if (!series) return undefined;
      found.push(series);
    } while (scan.skipByte(COMMA));
  }
  return scan.skipByte(CLOSE_LIST) ? found : undefined;
}

/** A place in the bytes that moves forward. */
class Scan {
  private place = 0;
  private readonly stepsRead: Int32Array;
  private readonly valuesRead: Float64Array;

  constructor(
    private readonly body: Buffer,
    private readonly steps: Steps,
  ) {
    this.stepsRead = new Int32Array(steps.count);
    this.valuesRead = new Float64Array(steps.count);
  }

  at(byte: number): boolean {
    return this.body[this.place] === byte;
  }

  skipByte(byte: number): boolean {
    if (!this.at(byte)) return false;
    this.place += 1;
    return true;
  }

  skip(text: string): boolean {
    const end = this.place + text.length;
    if (this.body.toString('latin1', this.place, end) !== text) return false;
    this.place = end;
    return true;
  }

  /** `{"metric":{…},"values":[[…],…]}` */
  series(): RangeSeries | undefined {
    if (!this.skip(METRIC)) return undefined;
    const labels = this.labels();
    if (!labels || !this.skip(VALUES)) return undefined;
    let count = 0;
    do {
      if (count === this.steps.count || !this.point(count)) return undefined;
      count += 1;
    } while (this.skipByte(COMMA));
    if (!this.skipByte(CLOSE_LIST) || !this.skipByte(CLOSE_MAP)) return undefined;
    return { labels, steps: this.stepsRead.slice(0, count), values: this.valuesRead.slice(0, count) };
  }

  private labels(): SeriesLabels | undefined {
    const start = this.place;
    if (!this.at(OPEN_MAP)) return undefined;
    let inText = false;
    for (; this.place < this.body.length; this.place += 1) {
      const byte = this.body[this.place];
      if (inText && byte === BACKSLASH) this.place += 1;
      else if (byte === QUOTE) inText = !inText;
      else if (!inText && byte === CLOSE_MAP) break;
    }
    this.place += 1;
    try {
      return JSON.parse(this.body.toString('utf8', start, this.place)) as SeriesLabels;
    } catch {
      return undefined;
    }
  }

  /** `[1700000000.5,"0.25"]`, kept as the point number `index`. */
  private point(index: number): boolean {
    if (!this.skipByte(OPEN_LIST)) return false;
    const seconds = this.number();
    if (Number.isNaN(seconds) || !this.skipByte(COMMA) || !this.skipByte(QUOTE)) return false;
    this.stepsRead[index] = stepOf(seconds, this.steps);
    const start = this.place;
    let value = this.number();
    if (Number.isNaN(value) || !this.at(QUOTE)) {
      const end = this.body.indexOf(QUOTE, start);
      if (end < 0) return false;
      value = readValue(this.body.toString('latin1', start, end));
      this.place = end;
    }
    this.valuesRead[index] = value;
    return this.skipByte(QUOTE) && this.skipByte(CLOSE_LIST);
  }

  /** A number of digits and a dot at most; NaN, and no step forward, for anything else. */
  private number(): number {
    const { body } = this;
    const start = this.place;
    let place = body[start] === MINUS ? start + 1 : start;
    let [digits, number, dot] = [0, 0, -1];
    for (; ; place += 1) {
      const byte = body[place] as number;
      if (byte >= ZERO && byte <= NINE) {
        number = number * 10 + byte - ZERO;
        digits += 1;
      } else if (byte === DOT && dot < 0) dot = place;
      else break;
    }
    if (digits === 0) return Number.NaN;
    this.place = place;
    if (digits > EXACT_DIGITS) return Number(body.toString('latin1', start, place));
    const value = dot < 0 ? number : number / (POWERS[place - dot - 1] as number);
    return body[start] === MINUS ? -value : value;
  }
}
