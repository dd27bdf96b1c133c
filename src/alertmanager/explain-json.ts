import { quoteGo } from '../alerts/matcher-quote.js';

/** Ends the reading at the first character that does not belong; thrown and caught in this file only. */
class Complaint extends Error {}

const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const DIGIT = /[0-9]/;

/**
 * Why a text is no JSON, in the words of Go's `encoding/json`, which Alertmanager hands on; undefined when it is JSON. Source:
 * its answers (measured with 0.33.1; Debian builds it with Go 1.27). Unlike a Go decoder this also reads what follows the value.
 */
export function explainJson(text: string): string | undefined {
  try {
    const reader = new Reader(text);
    reader.value();
    reader.end();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Complaint) return thrown.message;
    throw thrown;
  }
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(): void {
    this.space();
    const first = this.peek();
    if (first === '{') this.object();
    else if (first === '[') this.array();
    else if (first === '"') this.string();
    else if (first === '-' || DIGIT.test(first)) this.number();
    else if (LITERALS[first] !== undefined) this.literal(LITERALS[first]);
    else this.refuse('looking for beginning of value');
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) this.refuse('after top-level value');
  }

  private object(): void {
    this.at += 1;
    this.space();
    if (this.take('}')) return;
    for (;;) {
      this.space();
      if (this.peek() !== '"') this.refuse('looking for beginning of object key string');
      this.string();
      this.space();
      if (!this.take(':')) this.refuse('after object key');
      this.value();
      this.space();
      if (this.take('}')) return;
      if (!this.take(',')) this.refuse('after object key:value pair');
    }
  }

  private array(): void {
    this.at += 1;
    this.space();
    if (this.take(']')) return;
    for (;;) {
      this.value();
      this.space();
      if (this.take(']')) return;
      if (!this.take(',')) this.refuse('after array element');
    }
  }

  private string(): void {
    for (this.at += 1; !this.take('"');) {
      const character = this.peek();
      if (character === '\\') this.escape();
      else if (character < ' ') this.refuse('in string');
      else this.at += 1;
    }
  }

  private escape(): void {
    ESCAPE.lastIndex = this.at;
    const escape = ESCAPE.exec(this.text)?.[0];
    if (escape === undefined) {
      const written = this.text.slice(this.at, this.at + (this.text[this.at + 1] === 'u' ? 6 : 2));
      if (this.at + written.length >= this.text.length) throw new Complaint('unexpected EOF');
      throw new Complaint(`invalid escape sequence \`${written}\` in string`);
    }
    this.at += escape.length;
  }

  private number(): void {
    this.take('-');
    if (!this.take('0')) this.digits();
    if (this.take('.')) this.digits();
    if (this.take('e') || this.take('E')) {
      if (!this.take('+')) this.take('-');
      this.digits();
    }
  }

  private digits(): void {
    if (!DIGIT.test(this.peek())) this.refuse('in numeric literal');
    while (DIGIT.test(this.text[this.at] ?? '')) this.at += 1;
  }

  private literal(word: string): void {
    for (const letter of word) {
      if (this.peek() !== letter) this.refuse(`in literal ${word} (expecting '${letter}')`);
      this.at += 1;
    }
  }

  private space(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? '')) this.at += 1;
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private peek(): string {
    const character = this.text[this.at];
    if (character === undefined) throw new Complaint('unexpected EOF');
    return character;
  }

  private refuse(where: string): never {
    this.peek();
    const character = String.fromCodePoint(this.text.codePointAt(this.at) as number);
    const inner = quoteGo(character).slice(1, -1);
    const quoted = character === "'" ? "\\'" : character === '"' ? '"' : inner;
    throw new Complaint(`invalid character '${quoted}' ${where}`);
  }
}
