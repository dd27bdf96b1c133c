import type { SilenceError } from '../routing/save-silence.js';
import { NewSilence } from '../routing/silence.schema.js';
import { misshapen, type Refusal, refuse } from './refusal.js';

/** A posted silence, or why it cannot be read. */
export type ReadSilence =
  { readonly ok: true; readonly value: NewSilence } | { readonly ok: false; readonly refusal: Refusal };

const FIELDS = ['comment', 'createdBy', 'endsAt', 'matchers', 'startsAt'] as const;
const MATCHER_FIELDS = ['isRegex', 'name', 'value'] as const;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

type Fields = Readonly<Record<string, unknown>>;

/** Whether a text has the form of a silence's id. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The refusal of a path that names a silence by something else than a UUID. */
export const notUuid = (id: string): Refusal =>
  misshapen(601, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`);

const unparsable = (why: string): Refusal => ({
  status: 400,
  body: { code: 400, message: `parsing silence body from "" failed, because ${why}` },
});

const missing = (fields: Fields, names: readonly string[]): string | undefined =>
  names.find((name) => fields[name] === undefined || fields[name] === null);

/** Reads the body of `POST /api/v2/silences`, refusing what Alertmanager's framework refuses in its order and words. */
export function readSilence(body: unknown): ReadSilence {
  const no = (refusal: Refusal): ReadSilence => ({ ok: false, refusal });
  if (body === undefined || body === null) return no(misshapen(602, 'silence in body is required'));
  if (typeof body !== 'object' || Array.isArray(body))
    return no(unparsable('expected an object with matchers, startsAt, endsAt, createdBy and comment'));
  const fields = body as Fields;
  const absent = missing(fields, FIELDS);
  if (absent) return no(misshapen(602, `${absent} in body is required`));
  const matchers: unknown = fields['matchers'];
  if (Array.isArray(matchers)) {
    if (matchers.length === 0) return no(misshapen(612, 'matchers in body should have at least 1 items'));
    for (const [index, matcher] of matchers.entries()) {
      const lacking = missing((matcher ?? {}) as Fields, MATCHER_FIELDS);
      if (lacking) return no(misshapen(602, `matchers.${index}.${lacking} in body is required`));
    }
  }
  const parsed = NewSilence.safeParse(body);
  if (parsed.success) {
    const id = parsed.data.id;
    // An id that is none is one that nobody has.
    return id && !isUuid(id) ? no(refuse(404, 'silence not found')) : { ok: true, value: parsed.data };
  }
  const [issue] = parsed.error.issues;
  return no(unparsable(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is no silence'}`));
}

/** Why a silence was not stored, in Alertmanager's words where it has some. */
export function refusalOf({ reason, message }: SilenceError): Refusal {
  switch (reason) {
    case 'not_found':
      return refuse(404, 'silence not found');
    case 'ends_before_start':
      return refuse(400, 'Failed to create silence: start time must be before end time');
    case 'ends_in_past':
      return refuse(400, "Failed to create silence: end time can't be in the past");
    case 'matches_everything':
      return refuse(
        400,
        'invalid silence: matcher set 0: at least one matcher must not match the empty string',
      );
    default:
      return refuse(400, message);
  }
}
