/** A comparison of one label with a text or an anchored regular expression. */
export interface LabelMatcher {
  readonly name: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
  /** Offset of the value in the text. */
  readonly at: number;
}

/** The instant an `@` names: Unix milliseconds, or an end of the query. */
export type Pinned = number | 'start' | 'end';

/** When a selector or a subquery looks: `offset` and `@`. */
export interface Shift {
  readonly offsetMs: number;
  readonly pinned?: Pinned;
}

/** `on (…)` or `ignoring (…)`, and which side has many. */
export interface Matching {
  readonly on: boolean;
  readonly labels: readonly string[];
  readonly many: 'none' | 'left' | 'right';
  /** Labels of the one side that `group_left (…)` or `group_right (…)` copies. */
  readonly include: readonly string[];
}

/** Operators between two expressions. */
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
  | 'atan2'
  | '=='
  | '!='
  | '>'
  | '<'
  | '>='
  | '<='
  | 'and'
  | 'or'
  | 'unless';

/** Everything in the text begins at `at`, an offset. */
export type Expression =
  | { readonly kind: 'number'; readonly at: number; readonly value: number }
  | { readonly kind: 'string'; readonly at: number; readonly value: string }
  | Selector
  | RangeSelector
  | Subquery
  | { readonly kind: 'parens'; readonly at: number; readonly inner: Expression }
  | { readonly kind: 'sign'; readonly at: number; readonly sign: '+' | '-'; readonly operand: Expression }
  | Binary
  | Aggregation
  | Call;

/** `metric{label="value"} offset 5m` */
export interface Selector {
  readonly kind: 'selector';
  readonly at: number;
  readonly matchers: readonly LabelMatcher[];
  readonly shift: Shift;
}

/** `metric[5m]`; the shift is that of the selector. */
export interface RangeSelector {
  readonly kind: 'range';
  readonly at: number;
  readonly selector: Selector;
  readonly rangeMs: number;
}

/** `expression[1h:5m]`; without a step it takes the default one. */
export interface Subquery {
  readonly kind: 'subquery';
  readonly at: number;
  readonly inner: Expression;
  readonly rangeMs: number;
  readonly stepMs?: number;
  readonly shift: Shift;
}

/** `left + on (a) group_left (b) right` */
export interface Binary {
  readonly kind: 'binary';
  readonly at: number;
  readonly operator: BinaryOperator;
  readonly bool: boolean;
  readonly matching?: Matching;
  readonly left: Expression;
  readonly right: Expression;
}

/** `sum by (a) (x)`, `topk (3, x)` */
export interface Aggregation {
  readonly kind: 'aggregation';
  readonly at: number;
  readonly operator: string;
  readonly parameter?: Expression;
  readonly operand: Expression;
  readonly without: boolean;
  readonly labels: readonly string[];
}

/** `rate(x[5m])` */
export interface Call {
  readonly kind: 'call';
  readonly at: number;
  readonly name: string;
  readonly args: readonly Expression[];
}

/** An expression without the parentheses around it. */
export function unwrapped(expression: Expression): Expression {
  return expression.kind === 'parens' ? unwrapped(expression.inner) : expression;
}
