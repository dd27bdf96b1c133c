import type { Labels } from '../alerts/labels.js';
import { labelValue, type Matcher, matchesAll } from '../alerts/matcher.js';
import type { InhibitRules } from './route.schema.js';

/** While a source fires, targets that agree with it on the `equal` labels stay quiet. */
export interface InhibitRule {
  readonly name?: string;
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
}

/** An alert that may inhibit others: it fires, whether or not it is itself silenced, muted or routed anywhere. */
export interface InhibitSource {
  readonly fingerprint: string;
  readonly labels: Labels;
}

/** Firing sources that share their values of the `equal` labels. */
interface Bucket {
  readonly all: string[];
  /** Those that do not match the target side as well: only these inhibit an alert that matches both sides. */
  readonly oneSided: string[];
}

interface RuleSources {
  readonly buckets: ReadonlyMap<string, Bucket>;
  /** Every source of the rule, so that an indexed alert's source side is not matched again. */
  readonly fingerprints: ReadonlySet<string>;
}

/** The firing sources of each rule by their values of the `equal` labels; every source is kept, not only the latest. */
export type InhibitionIndex = ReadonlyMap<InhibitRule, RuleSources>;

/** What inhibits an alert: the first rule that does, and all its sources. */
export interface Inhibition {
  readonly rule: InhibitRule;
  /** Fingerprints, at least one. */
  readonly sources: readonly string[];
}

/** Rules as they run, the spellings of matchers merged. */
export function compileInhibitRules(rules: InhibitRules): readonly InhibitRule[] {
  return rules.map((rule) => ({
    ...(rule.name === undefined ? {} : { name: rule.name }),
    source: [...(rule.source_match ?? []), ...(rule.source_match_re ?? []), ...(rule.source_matchers ?? [])],
    target: [...(rule.target_match ?? []), ...(rule.target_match_re ?? []), ...(rule.target_matchers ?? [])],
    equal: [...new Set(rule.equal)],
  }));
}

/** The values of the labels as one text; lengths keep ("ab", "c") and ("a", "bc") apart. */
function tupleKey(names: readonly string[], labels: Labels): string {
  let key = '';
  for (const name of names) {
    const value = labelValue(labels, name);
    key += `${value.length}:${value}`;
  }
  return key;
}

function sourcesOf(rule: InhibitRule, firing: readonly InhibitSource[]): RuleSources {
  const buckets = new Map<string, Bucket>();
  const fingerprints = new Set<string>();
  for (const { fingerprint, labels } of firing) {
    if (fingerprints.has(fingerprint) || !matchesAll(rule.source, labels)) continue;
    fingerprints.add(fingerprint);
    const key = tupleKey(rule.equal, labels);
    const bucket = buckets.get(key) ?? { all: [], oneSided: [] };
    buckets.set(key, bucket);
    bucket.all.push(fingerprint);
    if (!matchesAll(rule.target, labels)) bucket.oneSided.push(fingerprint);
  }
  return { buckets, fingerprints };
}

/**
 * The index for one flush, built once from all alerts that fire at that moment; rules × alerts matcher calls.
 * Looking an alert up afterwards costs one map access per rule, however many sources there are.
 */
export function buildInhibitionIndex(
  rules: readonly InhibitRule[],
  firing: readonly InhibitSource[],
): InhibitionIndex {
  return new Map(rules.map((rule) => [rule, sourcesOf(rule, firing)]));
}

/** The first rule that inhibits the alert, with every firing source behind it; undefined when none does. */
export function findInhibition(
  labels: Labels,
  fingerprint: string,
  rules: readonly InhibitRule[],
  index: InhibitionIndex,
): Inhibition | undefined {
  for (const rule of rules) {
    const known = index.get(rule);
    if (!known || known.buckets.size === 0 || !matchesAll(rule.target, labels)) continue;
    const bucket = known.buckets.get(tupleKey(rule.equal, labels));
    if (!bucket) continue;
    // An alert on both sides is not inhibited by others on both sides, itself included.
    const twoSided = known.fingerprints.has(fingerprint) || matchesAll(rule.source, labels);
    const sources = twoSided ? bucket.oneSided : bucket.all;
    if (sources.length > 0) return { rule, sources };
  }
  return undefined;
}

/** Fingerprints of the firing alerts that inhibit this one, by the first rule that does; empty when it is free. */
export function inhibitedBy(
  labels: Labels,
  fingerprint: string,
  rules: readonly InhibitRule[],
  index: InhibitionIndex,
): readonly string[] {
  return findInhibition(labels, fingerprint, rules, index)?.sources ?? [];
}
