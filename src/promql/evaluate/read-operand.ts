import type { SyntaxNode } from '@lezer/common';
import { PROMQL_FUNCTIONS } from '../functions.js';
import { isAggregator } from './aggregate.js';
import { Fault } from './fault.js';
import { isEvaluated } from './functions/index.js';
import { parseNumber, unquote } from './literals.js';
import { readLabelNames } from './read-matching.js';
import type { Aggregation, Call, Expression, LabelMatcher, Selector } from './syntax-tree.js';
import { childrenOf, isExpression } from './tokens.js';

const METRIC_NAME = '__name__';

/** Reads what stands between operators: literals, selectors, calls, aggregations, parentheses. */
export class OperandReader {
  constructor(
    private readonly text: string,
    private readonly readInner: (node: SyntaxNode) => Expression,
  ) {}

  read(node: SyntaxNode): Expression {
    const at = node.from;
    switch (node.name) {
      case 'NumberDurationLiteral': {
        const value = parseNumber(this.written(node).replace(/^[+-]\s*/, ''));
        if (value === undefined) throw this.unknown(node, `the number ${this.written(node)}`);
        return { kind: 'number', at, value };
      }
      case 'StringLiteral':
        return { kind: 'string', at, value: this.string(node) };
      case 'VectorSelector':
        return this.selector(node);
      case 'ParenExpr':
        return { kind: 'parens', at, inner: this.readInner(this.expressions(node)[0] as SyntaxNode) };
      case 'AggregateExpr':
        return this.aggregation(node);
      case 'FunctionCall':
        return this.call(node);
      default:
        throw this.unknown(node, this.written(node));
    }
  }

  private written(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  private unknown(node: SyntaxNode, what: string): Fault {
    return new Fault('unsupported', node.from, `${what} is not evaluated here`);
  }

  private expressions(node: SyntaxNode): SyntaxNode[] {
    return childrenOf(node).filter(isExpression);
  }

  private string(node: SyntaxNode): string {
    const value = unquote(this.written(node));
    if (value === undefined)
      throw new Fault('syntax', node.from, 'the text has an escape that PromQL does not know');
    return value;
  }

  private selector(node: SyntaxNode): Selector {
    const matchers: LabelMatcher[] = [];
    const metric = node.getChild('Identifier');
    const named = (at: number, value: string): number =>
      matchers.push({ name: METRIC_NAME, operator: '=', value, at });
    if (metric) named(metric.from, this.written(metric));
    const list = node.getChild('LabelMatchers');
    for (const child of list ? childrenOf(list) : []) {
      if (child.name === 'QuotedLabelName') {
        named(child.from, this.string(child));
        continue;
      }
      const [name, operator, value] = [child.firstChild, child.getChild('MatchOp'), child.lastChild];
      if (!name || !operator || !value) throw this.unknown(child, this.written(child));
      matchers.push({
        name: name.name === 'QuotedLabelName' ? this.string(name) : this.written(name),
        operator: this.written(operator) as LabelMatcher['operator'],
        value: this.string(value),
        at: value.from,
      });
    }
    return { kind: 'selector', at: node.from, matchers, shift: { offsetMs: 0 } };
  }

  private aggregation(node: SyntaxNode): Aggregation {
    const operator = this.written(node.getChild('AggregateOp') as SyntaxNode).toLowerCase();
    if (!isAggregator(operator)) throw this.unknown(node, operator);
    const modifier = node.getChild('AggregateModifier');
    const args = this.expressions(node.getChild('FunctionCallBody') as SyntaxNode).map(this.readInner);
    const parameter = args.length > 1 ? { parameter: args[0] as Expression } : {};
    return {
      kind: 'aggregation',
      at: node.from,
      operator,
      ...parameter,
      operand: args.at(-1) as Expression,
      without: modifier?.getChild('Without') !== null && modifier !== null,
      labels: readLabelNames(this.text, modifier?.getChild('GroupingLabels') ?? undefined),
    };
  }

  private call(node: SyntaxNode): Call {
    const name = this.written(node.firstChild as SyntaxNode);
    if (!isEvaluated(name)) {
      const why = PROMQL_FUNCTIONS.has(name) ? name : `the function ${name}`;
      throw this.unknown(node, why);
    }
    const body = node.getChild('FunctionCallBody');
    const args = (body ? this.expressions(body) : []).map(this.readInner);
    return { kind: 'call', at: node.from, name, args };
  }
}
