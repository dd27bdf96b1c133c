import { isJsonObject, mistyped } from '../intake/go-json.js';
import { readInstant } from '../intake/read-instant.js';
import type { SilenceError } from '../routing/save-silence.js';
import { NewSilence } from '../routing/silence.schema.js';
import { misshapen, type Refusal, refuse, unparsable } from './refusal.js';

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

const missing = (fields: Fields, names: readonly string[]): string | undefined =>
  names.find((name) => fields[name] === undefined || fields[name] === null);

const GO_TYPES: Readonly<Record<string, string>> = { string: 'string', boolean: 'bool' };

/** What Go says of fields that have another type than they should; absent ones are another matter. */
function wrongType(
  fields: Fields,
  types: Readonly<Record<string, string>>,
  where: string,
): string | undefined {
  for (const [name, type] of Object.entries(types)) {
    const value = fields[name];
    if (value !== undefined && value !== null && typeof value !== type)
      return mistyped(value, `Go struct field ${where}.${name} of type ${GO_TYPES[type]}`);
  }
  return undefined;
}

function wrongTypes(fields: Fields): string | undefined {
  const { annotations, matchers } = fields;
  const own = wrongType(fields, { comment: 'string', createdBy: 'string' }, 'Silence');
  if (own !== undefined) return own;
  if (isJsonObject(annotations)) {
    const types = Object.fromEntries(Object.keys(annotations).map((name) => [name, 'string']));
    const wrong = wrongType(annotations, types, 'Silence.annotations');
    if (wrong !== undefined) return wrong;
  }
  if (matchers === undefined || matchers === null) return undefined;
  if (!Array.isArray(matchers))
    return mistyped(matchers, 'Go struct field Silence.matchers of type models.Matchers');
  for (const [index, matcher] of matchers.entries()) {
    const where = `Silence.matchers.${index}`;
    if (!isJsonObject(matcher)) return mistyped(matcher, `${where} of type models.Matcher`);
    const wrong = wrongType(
      matcher,
      { isEqual: 'boolean', isRegex: 'boolean', name: 'string', value: 'string' },
      where,
    );
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** A time in the one form that the schema takes, or why it cannot be read. */
function timeOf(value: unknown): { readonly text: string } | { readonly why: string } {
  if (typeof value !== 'string') return { why: mistyped(value, 'Go value of type string') };
  const at = readInstant(value);
  return typeof at === 'string' ? { why: at } : { text: at.toISOString() };
}

/**
 * Reads the body of `POST /api/v2/silences`, refusing what Alertmanager's framework refuses in its order and words: types, then
 * what is missing. Source: its answers, measured with 0.33.1.
 */
export function readSilence(body: unknown): ReadSilence {
  const no = (refusal: Refusal): ReadSilence => ({ ok: false, refusal });
  if (body === undefined) return no(misshapen(602, 'silence in body is required'));
  const fields: unknown = body ?? {};
  if (!isJsonObject(fields))
    return no(unparsable('silence', mistyped(body, 'Go value of type models.Silence')));
  const types = wrongTypes(fields);
  if (types !== undefined) return no(unparsable('silence', types));
  const times: Record<string, string> = {};
  for (const name of ['endsAt', 'startsAt']) {
    if (missing(fields, [name])) continue;
    const time = timeOf(fields[name]);
    if ('why' in time) return no(unparsable('silence', time.why));
    times[name] = time.text;
  }
  const absent = missing(fields, FIELDS);
  if (absent) return no(misshapen(602, `${absent} in body is required`));
  const matchers = fields['matchers'] as readonly Fields[];
  if (matchers.length === 0) return no(misshapen(612, 'matchers in body should have at least 1 items'));
  for (const [index, matcher] of matchers.entries()) {
    const lacking = missing(matcher, MATCHER_FIELDS);
    if (lacking) return no(misshapen(602, `matchers.${index}.${lacking} in body is required`));
  }
  const parsed = NewSilence.safeParse({ ...fields, ...times });
  if (parsed.success) {
    const { id } = parsed.data;
    // An id that is none is one that nobody has.
    return id && !isUuid(id) ? no(refuse(404, 'silence not found')) : { ok: true, value: parsed.data };
  }
  const [issue] = parsed.error.issues;
  return no(unparsable('silence', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is no silence'}`));
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
