/**
 * What Alertmanager answers when it refuses: a text from its own code, an object with a code from its framework, or nothing
 * but the status. Its clients show the text to people.
 */
export interface Refusal {
  readonly status: number;
  readonly body?: string | { readonly code: number; readonly message: string };
}

/** A refusal with a text. */
export const refuse = (status: number, body: string): Refusal => ({ status, body });

/** A field or parameter of the wrong shape, as Alertmanager's framework says it; 602 missing, 601 wrong type, 612 too few. */
export const misshapen = (code: 601 | 602 | 612, message: string): Refusal => ({
  status: 422,
  body: { code, message },
});
