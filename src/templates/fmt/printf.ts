import { Boxed, scalarOf, typeOf, type Value } from '../runtime/values.js';
import type { Flags } from './flags.js';
import { bounded, formatValue } from './print.js';

const MAX_NUMBER = 1_000_000;

/**
 * Go's `fmt.Sprintf`. Mistakes show up in the text instead of failing: `%!d(string=x)` for a value that does not fit its
 * verb, `%!d(MISSING)` for one that is not there, `%!(EXTRA int=1)` for one too many, `%!(NOVERB)` for a format that ends in `%`.
 */
export function sprintf(format: string, args: readonly Value[]): string {
  return new Formatter(format, args).run();
}

class Formatter {
  readonly #format: string;
  readonly #args: readonly Value[];
  #text = '';
  #at = 0;
  #next = 0;
  /** An index such as `%[2]d` was used: extra arguments are then no mistake. */
  #reordered = false;
  #indexIsGood = true;

  constructor(format: string, args: readonly Value[]) {
    this.#format = format;
    this.#args = args;
  }

  run(): string {
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf('%', this.#at);
      const end = percent < 0 ? this.#format.length : percent;
      this.#write(this.#format.slice(this.#at, end));
      this.#at = end + 1;
      if (percent >= 0) this.#verb();
    }
    if (!this.#reordered && this.#next < this.#args.length) this.#extra();
    return this.#text;
  }

  #verb(): void {
    const flags = this.#flags();
    this.#indexIsGood = true;
    let afterIndex = this.#index();
    if (this.#takes('*')) {
      this.#starWidth(flags);
      afterIndex = false;
    } else {
      flags.width = this.#digits();
      if (afterIndex && flags.width !== undefined) this.#indexIsGood = false;
    }
    // A point that ends the format is taken for a verb.
    if (this.#at + 1 < this.#format.length && this.#takes('.')) {
      if (afterIndex) this.#indexIsGood = false;
      afterIndex = this.#index();
      if (this.#takes('*')) {
        this.#starPrecision(flags);
        afterIndex = false;
      } else flags.precision = this.#digits() ?? 0;
    }
    if (!afterIndex) this.#index();
    const verb = this.#character();
    if (verb === undefined) this.#write('%!(NOVERB)');
    else this.#apply(verb, flags);
  }

  #apply(verb: string, flags: Flags): void {
    if (verb === '%') this.#write('%');
    else if (!this.#indexIsGood) this.#write(`%!${verb}(BADINDEX)`);
    else if (this.#next >= this.#args.length) this.#write(`%!${verb}(MISSING)`);
    else {
      const isV = verb === 'v';
      const { plus, sharp, ...rest } = flags;
      const adapted: Flags = isV ? { ...rest, plusV: plus ?? false, sharpV: sharp ?? false } : flags;
      this.#write(formatValue(this.#args[this.#next++], verb, adapted));
    }
  }

  #flags(): Flags {
    const flags: Flags = {};
    for (; ; this.#at++) {
      switch (this.#format[this.#at]) {
        case '#':
          flags.sharp = true;
          break;
        case '0':
          flags.zero = !flags.minus;
          break;
        case '+':
          flags.plus = true;
          break;
        case '-':
          flags.minus = true;
          flags.zero = false;
          break;
        case ' ':
          flags.space = true;
          break;
        default:
          return flags;
      }
    }
  }

  /** `[2]`: the argument to take next, counted from 1. */
  #index(): boolean {
    if (this.#format[this.#at] !== '[') return false;
    this.#reordered = true;
    const close = this.#format.indexOf(']', this.#at);
    if (close < 0) {
      this.#indexIsGood = false;
      this.#at++;
      return false;
    }
    const inside = this.#format.slice(this.#at + 1, close);
    this.#at = close + 1;
    const index = /^[0-9]+$/.test(inside) && Number(inside) <= MAX_NUMBER ? Number(inside) - 1 : -1;
    if (index >= 0 && index < this.#args.length) this.#next = index;
    else this.#indexIsGood = false;
    return index >= 0 && index < this.#args.length;
  }

  #digits(): number | undefined {
    let number: number | undefined;
    for (; /[0-9]/.test(this.#format[this.#at] ?? ''); this.#at++) {
      if ((number ?? 0) > MAX_NUMBER) {
        // Go gives up on the whole format here.
        this.#at = this.#format.length;
        return undefined;
      }
      number = (number ?? 0) * 10 + Number(this.#format[this.#at]);
    }
    return number;
  }

  #starWidth(flags: Flags): void {
    const width = this.#number();
    if (width === undefined) this.#write('%!(BADWIDTH)');
    else if (width < 0) Object.assign(flags, { width: -width, minus: true, zero: false });
    else flags.width = width;
  }

  #starPrecision(flags: Flags): void {
    const precision = this.#number();
    if (precision === undefined || precision < 0) this.#write('%!(BADPREC)');
    else flags.precision = precision;
  }

  #number(): number | undefined {
    if (this.#next >= this.#args.length) return undefined;
    const number = scalarOf(this.#args[this.#next++]);
    const fits = typeof number === 'bigint' && number <= MAX_NUMBER && number >= -MAX_NUMBER;
    return fits ? Number(number) : undefined;
  }

  #extra(): void {
    const extra = this.#args.slice(this.#next).map((arg) => {
      const value = arg instanceof Boxed ? arg.inner : arg;
      return value === undefined ? '<nil>' : `${typeOf(value)?.name}=${formatValue(value, 'v', {})}`;
    });
    this.#write(`%!(EXTRA ${extra.join(', ')})`);
  }

  #takes(character: string): boolean {
    if (this.#format[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #character(): string | undefined {
    const code = this.#format.codePointAt(this.#at);
    if (code === undefined) return undefined;
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }

  #write(text: string): void {
    this.#text = bounded(this.#text + text);
  }
}
