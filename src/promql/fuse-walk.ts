import type { SyntaxNode } from '@lezer/common';
import { unquote } from './evaluate/literals.js';
import { Refused, type Edit, labelsWith, labelsWithout, namesIn } from './fuse-edits.js';
import { matchFused } from './fuse-matching.js';

/**
 * What a part of an expression gives: a number or text, the same whatever the label's value; or a vector, whose series
 * carry the label in the expression as written (`kept`) or do not (`dropped`). In the fused form every vector carries it.
 */
export type Part = 'constant' | 'kept' | 'dropped';

/** They see one series at a time, so its other labels do not matter to them. */
const PER_SERIES = new Set(
  (
    'avg_over_time changes count_over_time delta deriv double_exponential_smoothing first_over_time holt_winters idelta ' +
    'increase irate last_over_time mad_over_time max_over_time min_over_time predict_linear present_over_time ' +
    'quantile_over_time rate resets stddev_over_time stdvar_over_time sum_over_time ts_of_first_over_time ' +
    'ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time abs acos acosh asin asinh atan atanh ceil clamp ' +
    'clamp_max clamp_min cos cosh deg exp floor histogram_avg histogram_count histogram_stddev histogram_stdvar ' +
    'histogram_sum ln log10 log2 rad round sgn sin sinh sqrt tan tanh timestamp day_of_month day_of_week day_of_year ' +
    'days_in_month hour minute month year'
  ).split(' '),
);
/** They see the series that differ in nothing but `le`. */
const PER_HISTOGRAM = new Set(['histogram_quantile', 'histogram_fraction']);
/** They see the series of one group. `limitk` and `limit_ratio` choose by a hash of all labels. */
const PER_GROUP = new Set(
  'sum avg min max count group stddev stdvar quantile topk bottomk count_values'.split(' '),
);
/** They give series of their input, with all its labels. */
const SELECTING = new Set(['topk', 'bottomk']);
const CONSTANTS = new Set(['time', 'pi']);

/** Walks an expression without syntax errors and notes what has to be edited for one label; throws {@link Refused}. */
export class FuseWalk {
  readonly edits: Edit[] = [];

  constructor(
    private readonly text: string,
    private readonly label: string,
  ) {}

  /** What `node` gives; its edits are noted. */
  part(node: SyntaxNode): Part {
    const inner = node.getChildren('Expr');
    switch (node.name) {
      case 'NumberDurationLiteral':
      case 'StringLiteral':
        return 'constant';
      case 'VectorSelector':
        return 'kept'; // its matcher is a hole of the fused text
      case 'MatrixSelector':
      case 'SubqueryExpr':
      case 'OffsetExpr':
      case 'StepInvariantExpr':
      case 'ParenExpr':
      case 'UnaryExpr':
        return this.part(inner[0] as SyntaxNode);
      case 'BinaryExpr':
        return this.binary(node, inner);
      case 'AggregateExpr':
        return this.aggregation(node);
      case 'FunctionCall':
        return this.call(node);
      default:
        throw new Refused(`${node.name} is not known`);
    }
  }

  private written(node: SyntaxNode | null): string {
    return node ? this.text.slice(node.from, node.to) : '';
  }

  private binary(node: SyntaxNode, inner: readonly SyntaxNode[]): Part {
    const [left, right] = inner.map((side) => this.part(side)) as [Part, Part];
    if (left === 'constant') return right;
    if (right === 'constant') return left;
    const { part, edit } = matchFused(this.text, this.label, node, left, right);
    if (edit) this.edits.push(edit);
    return part;
  }

  private aggregation(node: SyntaxNode): Part {
    const operator = node.getChild('AggregateOp') as SyntaxNode;
    const name = this.written(operator).toLowerCase();
    if (!PER_GROUP.has(name)) throw new Refused(`${name} looks at more than one group`);
    const args = (node.getChild('FunctionCallBody') as SyntaxNode).getChildren('Expr');
    const parts = args.map((arg) => this.part(arg));
    const operand = parts.pop();
    if (operand === undefined || operand === 'constant') throw new Refused(`${name} of a number`);
    if (parts.some((part) => part !== 'constant')) throw new Refused(`the parameter of ${name} is measured`);
    if (name === 'count_values') this.refuseText(args[0]);
    const grouped = this.group(node, operator, operand);
    return SELECTING.has(name) ? operand : grouped;
  }

  /** Groups also by the label, and says whether the expression as written did. */
  private group(node: SyntaxNode, operator: SyntaxNode, operand: Part): Part {
    const modifier = node.getChild('AggregateModifier');
    const list = modifier?.getChild('GroupingLabels');
    if (!modifier || !list) {
      this.edits.push({ from: operator.to, to: operator.to, text: ` by (${this.label}) ` });
      return 'dropped';
    }
    const named = namesIn(this.text, list).includes(this.label);
    if (modifier.getChild('Without')) {
      if (named) this.edits.push(labelsWithout(this.text, list, this.label));
      return named ? 'dropped' : operand;
    }
    if (!named) this.edits.push(labelsWith(this.text, list, this.label));
    return named ? operand : 'dropped';
  }

  private call(node: SyntaxNode): Part {
    const name = this.written(node.firstChild);
    const args = node.getChild('FunctionCallBody')?.getChildren('Expr') ?? [];
    if (CONSTANTS.has(name)) return 'constant';
    if (name === 'label_replace') {
      this.refuseText(args[1]);
      this.refuseText(args[3]);
    } else if (name === 'label_join') {
      for (const [index, arg] of args.entries()) if (index !== 0 && index !== 2) this.refuseText(arg);
    } else if (!PER_SERIES.has(name) && !PER_HISTOGRAM.has(name)) {
      throw new Refused(`${name} looks at more than one series`);
    }
    const vectors = args.map((arg) => this.part(arg)).filter((part) => part !== 'constant');
    const [vector] = vectors;
    if (vector === undefined || vectors.length > 1) throw new Refused(`${name} of nothing measured`);
    return vector;
  }

  private refuseText(node: SyntaxNode | undefined): void {
    const written = this.written(node ?? null);
    if (node?.name !== 'StringLiteral' || [this.label, undefined].includes(unquote(written)))
      throw new Refused(`${written} is the label itself, or may be`);
  }
}
