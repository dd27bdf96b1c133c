import { z } from 'zod';

/** A secret an operator wrote down, or the file it stands in. Prints as `<secret>` wherever it is shown. */
export class Secret {
  readonly #literal: string | undefined;
  /** Path of the file that holds it; read anew, and trimmed, at every use. */
  readonly file: string | undefined;

  private constructor(literal: string | undefined, file: string | undefined) {
    this.#literal = literal;
    this.file = file;
  }

  static literal(text: string): Secret {
    return new Secret(text, undefined);
  }

  static fromFile(path: string): Secret {
    return new Secret(undefined, path);
  }

  /** The text itself. `readFile` is handed in so that this file stays free of effects. */
  async reveal(readFile: (path: string) => Promise<string>): Promise<string> {
    return this.#literal ?? (await readFile(this.file as string)).trim();
  }

  toString(): string {
    return '<secret>';
  }
  toJSON(): string {
    return '<secret>';
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '<secret>';
  }
}

/** A secret written in place. */
export const SecretText = z
  .string()
  .min(1, 'expected the secret, got an empty text')
  .transform((text) => Secret.literal(text));

/** The path of a file that holds a secret; relative paths are taken from the file that names them. */
export const SecretFile = z
  .string()
  .min(1, 'expected a file path, got an empty text')
  .transform((path) => Secret.fromFile(path));
