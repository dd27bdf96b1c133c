/**
 * What Alertmanager answers when it refuses: a text from its own code, an object with a code from its framework, a plain text
 * from its web server, or nothing but the status. Its clients show the text to people.
 */
export interface Refusal {
  readonly status: number;
  readonly body?: string | { readonly code: number; readonly message: string };
  /** Instead of a body in JSON. */
  readonly plain?: string;
  /** Methods that would have been allowed. */
  readonly allow?: readonly string[];
}

/** A refusal with a text. */
export const refuse = (status: number, body: string): Refusal => ({ status, body });

/** A refusal by the framework, under the code of the status. */
export const refuseByFramework = (status: number, message: string): Refusal => ({
  status,
  body: { code: status, message },
});

/** A field or parameter of the wrong shape, as Alertmanager's framework says it; 602 missing, 601 wrong type, 612 too few. */
export const misshapen = (code: 601 | 602 | 612, message: string): Refusal => ({
  status: 422,
  body: { code, message },
});

/** A body that is no JSON, or JSON of other types. */
export const unparsable = (name: string, why: string): Refusal =>
  refuseByFramework(400, `parsing ${name} body from "" failed, because ${why}`);
