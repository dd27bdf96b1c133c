import type { Sample } from '../prometheus/sample.js';
import { type Fusion, fusionsOf } from './fuse-expression.js';
import { oneOfTexts, quotePromql } from './selector.js';
import { compares, type Comparison, stripComparison } from './strip-comparison.js';

/**
 * Most values in one query. Prometheus looks up to 256 values of a regular expression in its index; beyond that it holds
 * the expression against every value that the label has.
 */
export const MOST_VALUES = 250;
/** Longest text of one query, in characters. */
export const LONGEST_TEXT = 16_384;

/** An expression that shares a query with others: what it needs of the shared answer. */
export interface FusedMember {
  /** As written. */
  readonly expr: string;
  /** The series it is about; all when the members differ in nothing but what they compare with. */
  readonly fusion?: Fusion;
  /** The outermost comparison, when there is one. */
  readonly comparison?: Comparison;
}

/** One query for several expressions; for one, just that. */
export interface FusedQuery {
  /** The text without comparison, cut where the label's values belong; one piece when there is no label. */
  readonly pieces: readonly string[];
  readonly members: readonly FusedMember[];
}

/**
 * Queries that answer all of the expressions, which are distinct: as few as can be proved to give the same answers. Each
 * expression is a member of exactly one. Nothing is asked for that no member asks for, with one exception: where members
 * compare with different numbers, the comparison is left to {@link splitAnswer}.
 */
export function fuseQueries(exprs: readonly string[]): readonly FusedQuery[] {
  const families = new Map<string, FusedMember[]>();
  for (const expr of exprs) {
    const stripped = stripComparison(expr);
    const comparison = stripped.ok ? stripped.comparison : undefined;
    const text = comparison?.left ?? expr;
    const fusions: readonly (Fusion | undefined)[] = [undefined, ...fusionsOf(text)];
    for (const fusion of fusions) {
      const key = fusion ? `${fusion.label}\0${fusion.pieces.join('\0')}` : text;
      const family = families.get(key) ?? [];
      families.set(key, family);
      family.push({ expr, ...(fusion ? { fusion } : {}), ...(comparison ? { comparison } : {}) });
    }
  }
  const placed = new Set<string>();
  const queries: FusedQuery[] = [];
  // The largest family first, so that a label all models differ in wins over one that two of them do.
  for (const family of [...families.values()].toSorted((a, b) => b.length - a.length)) {
    const members = family.filter(({ expr }) => !placed.has(expr));
    if (members.length < 2) continue;
    for (const { expr } of members) placed.add(expr);
    queries.push(...inBounds(members));
  }
  return [...queries, ...exprs.filter((expr) => !placed.has(expr)).map((expr) => queryFor([{ expr }]))];
}

/** What is asked for `members`, which are some or all of a query's. */
export function textOf({ pieces }: FusedQuery, members: readonly FusedMember[]): string {
  const [first, ...others] = members;
  if (!first) throw new Error('a query for nobody');
  if (others.length === 0) return first.expr;
  const text = pieces.join(matcherOf(members));
  const comparison = sharedComparison(members);
  return comparison ? `(${text}) ${comparison.operator} ${formatNumber(comparison.threshold)}` : text;
}

/** Whether the answer for `members` holds more than they ask for, because they are compared with different numbers. */
export function comparesHere(members: readonly FusedMember[]): boolean {
  return (
    members.length > 1 &&
    members.some(({ comparison }) => comparison !== undefined) &&
    sharedComparison(members) === undefined
  );
}

/** Each member's own answer out of the shared one, by its expression: the same series with the same values. */
export function splitAnswer(
  members: readonly FusedMember[],
  samples: readonly Sample[],
): ReadonlyMap<string, readonly Sample[]> {
  const [first, ...others] = members;
  if (first && others.length === 0) return new Map([[first.expr, samples]]);
  const label = first?.fusion?.label;
  const byValue = new Map<string | undefined, Sample[]>();
  for (const sample of samples) {
    const value = label === undefined ? undefined : sample.labels[label];
    const slice = byValue.get(value);
    if (slice) slice.push(sample);
    else byValue.set(value, [sample]);
  }
  return new Map(
    members.map(({ expr, fusion, comparison }) => {
      const slice = byValue.get(fusion?.value) ?? [];
      const passed = comparison
        ? slice.filter(({ value }) => compares(value, comparison.operator, comparison.threshold))
        : slice;
      return [
        expr,
        fusion && !fusion.carries ? passed.map((sample) => without(fusion.label, sample)) : passed,
      ];
    }),
  );
}

/** A family cut into queries that are not too long. */
function inBounds(family: readonly FusedMember[]): readonly FusedQuery[] {
  const queries: FusedQuery[] = [];
  let members: FusedMember[] = [];
  let values = new Set<string>();
  let length = 0;
  for (const member of family) {
    const { label = '', value = '', pieces = [] } = member.fusion ?? {};
    const bare = pieces.join(`${label}=~""`).length;
    const each = (pieces.length - 1) * (quotePromql(oneOfTexts([value])).length - 1);
    const more = values.has(value) ? 0 : each;
    if (values.size + (more && 1) > MOST_VALUES || (values.size > 0 && bare + length + more > LONGEST_TEXT)) {
      queries.push(queryFor(members));
      [members, values, length] = [[], new Set(), 0];
    }
    members.push(member);
    if (!values.has(value)) length += each;
    values.add(value);
  }
  return [...queries, queryFor(members)];
}

function queryFor(members: readonly FusedMember[]): FusedQuery {
  const [first] = members;
  return { pieces: first?.fusion?.pieces ?? [first?.comparison?.left ?? first?.expr ?? ''], members };
}

function matcherOf(members: readonly FusedMember[]): string {
  const label = members[0]?.fusion?.label ?? '';
  const values = [...new Set(members.map(({ fusion }) => fusion?.value ?? ''))];
  const [value = ''] = values;
  return values.length === 1
    ? `${label}=${quotePromql(value)}`
    : `${label}=~${quotePromql(oneOfTexts(values))}`;
}

/** The comparison that all have, and therefore Prometheus can make. */
function sharedComparison(members: readonly FusedMember[]): Comparison | undefined {
  const comparison = members[0]?.comparison;
  const shared = members.every(
    ({ comparison: other }) =>
      other?.operator === comparison?.operator && Object.is(other?.threshold, comparison?.threshold),
  );
  return shared ? comparison : undefined;
}

function without(label: string, sample: Sample): Sample {
  const labels = Object.fromEntries(Object.entries(sample.labels).filter(([name]) => name !== label));
  return { ...sample, labels };
}

function formatNumber(value: number): string {
  return String(value).replace('Infinity', 'Inf');
}
