import { z } from 'zod';
import { type ComparisonOperator, stripComparison } from '../promql/strip-comparison.js';
import { SEVERITY } from '../alerts/severity.js';

/** A number, or a share of it written as such: `0.93` or `93%`. */
const Amount = z.union([z.string(), z.number()]).transform((input, context) => {
  const text = String(input).trim();
  const number = text.endsWith('%')
    ? Number((Number(text.slice(0, -1)) / 100).toPrecision(15))
    : Number(text);
  if (text !== '' && text !== '%' && Number.isFinite(number)) return number;
  const message = `expected a number such as 0.93, or 93%, got ${JSON.stringify(input)}`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** The values at which a rule becomes a warning and critical; one of them may be left out. */
const Lines = z
  .strictObject({ warning: Amount.optional(), critical: Amount.optional() })
  .refine(({ warning, critical }) => warning !== undefined || critical !== undefined, {
    error: 'expected warning, critical or both',
  });

const Thresholds = z
  .strictObject({ above: Lines.optional(), below: Lines.optional() })
  .superRefine(({ above, below }, context) => {
    const fail = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if ((above === undefined) === (below === undefined))
      fail([], 'expected exactly one of above and below, such as { above: { warning: 5%, critical: 10% } }');
    const ordered = (lines: typeof above, sign: 1 | -1): boolean =>
      lines?.warning === undefined ||
      lines.critical === undefined ||
      sign * (lines.critical - lines.warning) > 0;
    if (!ordered(above, 1)) fail(['above', 'critical'], 'expected critical to lie above warning');
    if (!ordered(below, -1)) fail(['below', 'critical'], 'expected critical to lie below warning');
  });

/** What a rule may say besides what Prometheus knows, under the one key `retune`. Prometheus and promtool refuse the key. */
export const RuleExtension = z.strictObject({
  on_no_data: z.enum(['keep', 'resolve', 'alert']).optional(),
  missing_evaluations: z.int().min(1).max(100).optional(),
  on_error: z.enum(['keep', 'alert']).optional(),
  recover: Amount.optional(),
  thresholds: Thresholds.optional(),
  limit: z.enum(['clear', 'truncate']).optional(),
});
export type RuleExtension = z.output<typeof RuleExtension>;

/** What a group may say under the key `retune`. */
export const GroupExtension = z.strictObject({
  /** Where its slots lie: behind the scrapes it reads, as far as it is evaluated at least every 15 s; or where a hash puts them. */
  slots: z.enum(['after_scrape', 'hash']).default('after_scrape'),
});
export type GroupExtension = z.output<typeof GroupExtension>;

/** The lines a value is held against, and the side on which it is bad. */
export interface ValueLines {
  /** PromQL that gives the value. */
  readonly expr: string;
  readonly operator: ComparisonOperator;
  /** The worst first; `severity` is absent for a rule of one line. */
  readonly lines: readonly { readonly severity?: 'warning' | 'critical'; readonly at: number }[];
  /** Where an alert that fires ends; absent: at the line. */
  readonly recover?: number;
}

const UPWARD: readonly ComparisonOperator[] = ['>', '>='];
const DOWNWARD: readonly ComparisonOperator[] = ['<', '<='];

/** The side of a line on which a value is bad, for an operator that has one. */
export function directionOf(operator: ComparisonOperator): 'above' | 'below' | undefined {
  if (UPWARD.includes(operator)) return 'above';
  return DOWNWARD.includes(operator) ? 'below' : undefined;
}

/** The lines of an `expr` rule that is to be compared here; undefined when it is not, or cannot be. */
export function valueLines(expr: string, extension: RuleExtension | undefined): ValueLines | undefined {
  const { thresholds, recover, on_no_data: onNoData } = extension ?? {};
  const hysteresis = recover === undefined ? {} : { recover };
  if (thresholds) {
    const lines = thresholds.above ?? thresholds.below ?? {};
    return {
      expr,
      operator: thresholds.above ? '>' : '<',
      lines: (['critical', 'warning'] as const).flatMap((severity) => {
        const at = lines[severity];
        return at === undefined ? [] : [{ severity, at }];
      }),
      ...hysteresis,
    };
  }
  if (recover === undefined && onNoData === undefined) return undefined;
  const stripped = stripComparison(expr);
  if (!stripped.ok) return undefined;
  const { left, operator, threshold } = stripped.comparison;
  return { expr: left, operator, lines: [{ at: threshold }], ...hysteresis };
}

/** What is wrong about an extension where it stands: the key within it, and a sentence. `kind`: of a rule without `expr`. */
export function extensionFaults(
  extension: RuleExtension,
  rule: { readonly expr?: string; readonly kind?: string; readonly labels: Readonly<Record<string, string>> },
): readonly { readonly key: keyof RuleExtension; readonly message: string }[] {
  if (rule.kind !== undefined) return kindFaults(extension, rule.kind);
  if (rule.expr === undefined) return [];
  const { thresholds, recover } = extension;
  const stripped = stripComparison(rule.expr);
  if (thresholds && stripped.ok) {
    const message = `the lines stand here: write expr without its comparison, ${JSON.stringify(stripped.comparison.left)}`;
    return [{ key: 'thresholds', message }];
  }
  if (thresholds && SEVERITY in rule.labels) {
    const message = 'the line that was crossed gives the severity: take the label severity away';
    return [{ key: 'thresholds', message }];
  }
  for (const key of ['recover', 'on_no_data'] as const) {
    if (extension[key] === undefined || thresholds || stripped.ok) continue;
    const message = `needs an expr such as model_accuracy < 0.9, whose value can be told from its line: ${stripped.reason}`;
    return [{ key, message }];
  }
  const lines = valueLines(rule.expr, extension);
  if (!lines && extension.missing_evaluations !== undefined) {
    const message = 'has no effect by itself: give on_no_data, recover or thresholds too';
    return [{ key: 'missing_evaluations', message }];
  }
  return lines && recover !== undefined ? recoverFaults(lines, recover) : [];
}

function kindFaults(
  extension: RuleExtension,
  kind: string,
): readonly { readonly key: keyof RuleExtension; readonly message: string }[] {
  return (['recover', 'thresholds'] as const)
    .filter((key) => extension[key] !== undefined)
    .map((key) => ({ key, message: `belongs to expr; ${kind} has lines and hysteresis of its own` }));
}

function recoverFaults(
  { operator, lines }: ValueLines,
  recover: number,
): readonly { readonly key: 'recover'; readonly message: string }[] {
  const direction = directionOf(operator);
  const line = lines.at(-1)?.at ?? 0;
  if (direction === undefined)
    return [{ key: 'recover', message: `there is no way back across ${operator}: it needs < or >` }];
  const healthy = direction === 'above' ? recover < line : recover > line;
  if (healthy) return [];
  const side = direction === 'above' ? 'below' : 'above';
  return [
    { key: 'recover', message: `expected a value ${side} ${line}, on the healthy side, got ${recover}` },
  ];
}
