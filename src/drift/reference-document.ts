import { createHash } from 'node:crypto';
import { DriftReferenceFile, toDriftReference } from './drift-reference.schema.js';
import type { DriftReference, HistogramCounts } from './reference.js';

/** A `drift-reference/1` as it is stored: its text, and the sha256 of that in hex. */
export interface ReferenceDocument {
  readonly text: string;
  readonly checksum: string;
}

/** What a reference holds besides its counts. */
export interface ReferenceOrigin {
  readonly model: string;
  /** Empty for all versions together. */
  readonly version: string;
  readonly createdAt: Date;
  /** Where the counts come from; kept for people. */
  readonly source: Readonly<Record<string, unknown>>;
}

/**
 * Counts as a `drift-reference/1`: keys in order of their names, no spaces, so that the same counts have the same checksum.
 * Features and classes without a name are left out.
 */
export function writeReference(
  { model, version, createdAt, source }: ReferenceOrigin,
  parts: Pick<DriftReference, 'features' | 'predictions'>,
): ReferenceDocument {
  const features = named(parts.features).map(([name, histogram]) => [name, toFile(histogram)] as const);
  const text = canonical({
    format: 'drift-reference/1',
    model_name: model,
    ...(version === '' ? {} : { model_version: version }),
    created_at: createdAt.toISOString(),
    source,
    features: Object.fromEntries(features),
    ...(parts.predictions ? { predictions: { class: Object.fromEntries(named(parts.predictions)) } } : {}),
  });
  return { text, checksum: sha256(text) };
}

/** The reference in a stored document; undefined when it is not what its checksum says, or no `drift-reference/1`. */
export function readReference({ text, checksum }: ReferenceDocument, id: string): DriftReference | undefined {
  if (sha256(text) !== checksum) return undefined;
  const parsed = DriftReferenceFile.safeParse(JSON.parse(text));
  return parsed.success ? toDriftReference(parsed.data, id) : undefined;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const named = <Value>(record: Readonly<Record<string, Value>>): readonly (readonly [string, Value])[] =>
  Object.entries(record).filter(([name]) => name !== '');

function toFile({ upperBounds, counts }: HistogramCounts): unknown {
  const bounds = upperBounds.map((bound) => (bound === Number.POSITIVE_INFINITY ? '+Inf' : bound));
  return { kind: 'histogram', upper_bounds: bounds, counts };
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`;
}
