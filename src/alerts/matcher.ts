import type { Labels } from './labels.js';

/** The four ways a matcher compares; `=~` and `!~` are RE2, anchored at both ends. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One condition on a label; an absent label counts as the empty text. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** Whether the label set satisfies it. */
  matches(labels: Labels): boolean;
}
