import { toUSVString } from 'node:util';
import { type Labels, normalizeLabels } from '../alerts/labels.js';
import { isJsonObject, mistyped } from './go-json.js';
import { readInstant } from './read-instant.js';

/** An alert as a client posts it to Alertmanager's API, the times filled in as Alertmanager does. */
export interface PostedAlert {
  /** Without those of empty value. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Nobody named the end. */
  readonly endAssumed: boolean;
  readonly generatorUrl?: string;
}

/** A body that is no list of alerts at all; nothing of it is taken. `status` and `body` are what Alertmanager answers. */
export interface RefusedBody {
  readonly status: 400 | 422;
  readonly body: { readonly code: number; readonly message: string };
}

/** What was posted: the alerts that can be stored, and for each other one why not, in the words of Alertmanager 0.33. */
export type ReadPosting =
  | { readonly ok: true; readonly alerts: readonly PostedAlert[]; readonly invalid: readonly string[] }
  | { readonly ok: false; readonly refused: RefusedBody };

/** An alert whose fields have the right types. */
interface RawAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: Date | undefined;
  readonly endsAt: Date | undefined;
  readonly generatorUrl: string;
}

/** Thrown and caught in this file only: the type of a field deep inside is wrong. */
class WrongBody extends Error {
  constructor(readonly refused: RefusedBody) {
    super(refused.body.message);
  }
}

const unparsable = (why: string): WrongBody =>
  new WrongBody({
    status: 400,
    body: { code: 400, message: `parsing alerts body from "" failed, because ${why}` },
  });
const invalid = (code: number, message: string): WrongBody =>
  new WrongBody({ status: 422, body: { code, message } });

const wrongType = (value: unknown, where: string): WrongBody => unparsable(mistyped(value, `Go ${where}`));

/**
 * Reads the body of `POST /api/v2/alerts`. Types are strict and spoil the whole body, contents spoil only their alert; both
 * as in Alertmanager (measured with 0.33.1 and 0.25.0). Unknown fields are ignored.
 */
export function readPosting(body: unknown, now: Date, resolveTimeoutMs: number): ReadPosting {
  try {
    if (body === undefined) throw invalid(602, 'alerts in body is required');
    if (body === null) return { ok: true, alerts: [], invalid: [] };
    if (!Array.isArray(body)) throw wrongType(body, 'value of type models.PostableAlerts');
    const raw = body.map(readTypes);
    const alerts: PostedAlert[] = [];
    const complaints: string[] = [];
    for (const alert of raw) {
      const read = fillIn(alert, now, resolveTimeoutMs);
      if (typeof read === 'string') complaints.push(read);
      else alerts.push(read);
    }
    return { ok: true, alerts, invalid: complaints };
  } catch (thrown) {
    if (thrown instanceof WrongBody) return { ok: false, refused: thrown.refused };
    throw thrown;
  }
}

function readTypes(value: unknown, index: number): RawAlert {
  if (!isJsonObject(value)) throw wrongType(value, 'value of type models.PostableAlert');
  const { labels, annotations, startsAt, endsAt, generatorURL = '' } = value;
  const read = {
    labels: texts(labels, 'labels'),
    annotations: texts(annotations, 'annotations'),
    startsAt: instant(startsAt),
    endsAt: instant(endsAt),
  };
  if (typeof generatorURL !== 'string')
    throw wrongType(generatorURL, 'struct field Alert.generatorURL of type strfmt.URI');
  if (labels === undefined || labels === null) throw invalid(602, `${index}.labels in body is required`);
  if (generatorURL !== '' && !/^(?:\/|[a-z][a-z0-9+.-]*:)/i.test(generatorURL))
    throw invalid(601, `${index}.generatorURL in body must be of type uri: ${JSON.stringify(generatorURL)}`);
  return { ...read, generatorUrl: toUSVString(generatorURL) };
}

/** Texts by name. Halves of surrogate pairs become U+FFFD, as Go reads them. */
function texts(value: unknown, field: string): Labels {
  if (value === undefined || value === null) return {};
  // Only the labels belong to a type that has a name there.
  const owner = field === 'labels' ? 'Alert' : '';
  if (!isJsonObject(value)) throw wrongType(value, `struct field ${owner}.${field} of type models.LabelSet`);
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => {
      if (typeof text !== 'string')
        throw wrongType(text, `struct field ${owner}.${field}.${name} of type string`);
      return [toUSVString(name), toUSVString(text)];
    }),
  );
}

/** Go's zero time and an empty text mean that nothing was said. A time without a zone is UTC. */
function instant(value: unknown): Date | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw wrongType(value, 'value of type string');
  const at = readInstant(value);
  if (typeof at === 'string') throw unparsable(at);
  return at.getUTCFullYear() <= 1 ? undefined : at;
}

/** The alert, or why it cannot be stored. */
function fillIn(raw: RawAlert, now: Date, resolveTimeoutMs: number): PostedAlert | string {
  const labels = normalizeLabels(raw.labels);
  const startsAt = raw.startsAt ?? raw.endsAt ?? now;
  const endsAt = raw.endsAt ?? new Date(now.getTime() + resolveTimeoutMs);
  if (startsAt > endsAt) return 'start time must be before end time';
  if (Object.keys(labels).length === 0) return 'at least one label pair required';
  for (const [what, set] of [
    ['label', labels],
    ['annotation', raw.annotations],
  ] as const) {
    const wrong = Object.entries(set).find(([name, text]) => `${name}${text}`.includes('\0') || name === '');
    if (wrong) return `invalid ${what} set: ${unstorable(wrong)}`;
  }
  return {
    labels,
    annotations: raw.annotations,
    startsAt,
    endsAt,
    endAssumed: raw.endsAt === undefined,
    ...(raw.generatorUrl && { generatorUrl: raw.generatorUrl }),
  };
}

/** PostgreSQL keeps no NUL characters. */
function unstorable([name]: readonly [string, string]): string {
  if (name === '' || name.includes('\0')) return `invalid name ${JSON.stringify(name)}`;
  return `expected text without NUL characters in ${JSON.stringify(name)}`;
}
