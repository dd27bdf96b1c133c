import type { SyntaxNode } from '@lezer/common';
import { checkMatchers } from './check-matchers.js';
import { AGGREGATION_PARAMETERS, PROMQL_FUNCTIONS, type PromqlType } from './functions.js';

/** A mistake at an offset of the text. */
export interface PromqlFault {
  readonly at: number;
  readonly message: string;
}

const COMPARISONS = new Set(['Eql', 'Neq', 'Gtr', 'Lss', 'Gte', 'Lte']);
const SET_OPERATORS = new Set(['And', 'Or', 'Unless']);
const WORDS: Readonly<Record<PromqlType, string>> = {
  scalar: 'a number',
  vector: 'an instant vector',
  matrix: 'a range such as x[5m]',
  string: 'a text in quotes',
};

/** Carries the first fault out of the walk. */
class Fault extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

/** The first type error of a tree that has no syntax error, or a result no rule can have; undefined when there is none. */
export function checkTypes(text: string, top: SyntaxNode): PromqlFault | undefined {
  try {
    const root = expressions(top)[0];
    if (!root) return { at: 0, message: 'expected an expression, got a comment' };
    const type = new Walk(text).typeOf(root);
    if (type === 'string' || type === 'matrix') {
      return {
        at: root.from,
        message: `expected an instant vector or a number as the result, got ${WORDS[type]}`,
      };
    }
    return undefined;
  } catch (fault) {
    if (fault instanceof Fault) return { at: fault.at, message: fault.message };
    throw fault;
  }
}

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

const isExpression = (node: SyntaxNode): boolean => !node.type.isTop && node.type.is('Expr');
const expressions = (node: SyntaxNode): SyntaxNode[] => children(node).filter(isExpression);

class Walk {
  constructor(private readonly text: string) {}

  /** `undefined` stands for a function whose signature is unknown: it fits everywhere. */
  typeOf(node: SyntaxNode): PromqlType | undefined {
    const inner = expressions(node);
    switch (node.name) {
      case 'NumberDurationLiteral':
        return 'scalar';
      case 'StringLiteral':
        this.closed(node);
        return 'string';
      case 'VectorSelector': {
        const fault = checkMatchers(this.text, node);
        if (fault) throw new Fault(fault.at, fault.message);
        return 'vector';
      }
      case 'MatrixSelector':
        return this.matrix(node, inner[0]);
      case 'SubqueryExpr':
        this.expect(inner[0], ['vector', 'scalar'], 'a subquery');
        return 'matrix';
      case 'BinaryExpr':
        return this.binary(node, inner);
      case 'UnaryExpr':
        return this.expect(inner[0], ['vector', 'scalar'], 'the sign');
      case 'AggregateExpr':
        return this.aggregate(node);
      case 'FunctionCall':
        return this.call(node);
      default:
        return inner[0] && this.typeOf(inner[0]);
    }
  }

  private expect(
    node: SyntaxNode | undefined,
    types: readonly PromqlType[],
    place: string,
  ): PromqlType | undefined {
    if (!node) return undefined;
    const type = this.typeOf(node);
    if (type === undefined || types.includes(type)) return type;
    throw new Fault(
      node.from,
      `${place} takes ${types.map((wanted) => WORDS[wanted]).join(' or ')}, got ${WORDS[type]}`,
    );
  }

  private closed(node: SyntaxNode): void {
    const literal = this.text.slice(node.from, node.to);
    if (literal.length < 2 || literal.at(-1) !== literal[0])
      throw new Fault(node.from, 'the text is not closed');
  }

  private matrix(node: SyntaxNode, inner: SyntaxNode | undefined): PromqlType {
    const type = inner && this.typeOf(inner);
    if (inner && inner.name !== 'VectorSelector') {
      const range = this.text.slice(inner.to, node.to).trim();
      const hint = type === 'vector' ? `: a subquery is written ${range.replace(/\]$/, ':]')}` : '';
      throw new Fault(inner.to, `a range needs a plain selector before it${hint}`);
    }
    return 'matrix';
  }

  private binary(node: SyntaxNode, inner: readonly SyntaxNode[]): PromqlType | undefined {
    const operator = children(node).find((child) => !isExpression(child));
    const symbol = operator ? this.text.slice(operator.from, operator.to) : 'the operator';
    const sets = operator !== undefined && SET_OPERATORS.has(operator.name);
    const allowed: readonly PromqlType[] = sets ? ['vector'] : ['scalar', 'vector'];
    const types = inner.map((side) => this.expect(side, allowed, symbol));
    if (types.includes(undefined)) return undefined;
    if (types.includes('vector')) return 'vector';
    if (
      operator &&
      COMPARISONS.has(operator.name) &&
      !children(node).some((child) => child.name === 'BoolModifier')
    ) {
      throw new Fault(operator.from, `a comparison of two numbers is written ${symbol} bool`);
    }
    return 'scalar';
  }

  private aggregate(node: SyntaxNode): PromqlType {
    const parts = children(node);
    const name = this.text.slice(node.from, parts[0]?.to).toLowerCase();
    const args = expressions(parts.find((part) => part.name === 'FunctionCallBody') ?? node);
    const parameter = AGGREGATION_PARAMETERS.get(name);
    const wanted = parameter ? 2 : 1;
    if (args.length !== wanted) {
      throw new Fault(
        node.from,
        `${name} takes ${wanted === 1 ? 'one argument' : 'two arguments'}, got ${args.length}`,
      );
    }
    if (parameter) this.expect(args[0], [parameter], name);
    this.expect(args.at(-1), ['vector'], name);
    return 'vector';
  }

  private call(node: SyntaxNode): PromqlType | undefined {
    const [identifier, body] = children(node);
    const name = this.text.slice(identifier?.from, identifier?.to);
    const args = body ? expressions(body) : [];
    const signature = PROMQL_FUNCTIONS.get(name);
    if (!signature) {
      for (const arg of args) this.typeOf(arg);
      return undefined;
    }
    const { takes, optional, repeats, gives } = signature;
    if (args.length < takes.length - optional || (args.length > takes.length && !repeats)) {
      const least = takes.length - optional;
      const count = repeats
        ? `at least ${least}`
        : optional > 0
          ? `${least} or ${takes.length}`
          : String(least);
      throw new Fault(
        node.from,
        `${name} takes ${count} argument${count === '1' ? '' : 's'}, got ${args.length}`,
      );
    }
    args.forEach((arg, index) =>
      this.expect(arg, [takes[Math.min(index, takes.length - 1)] as PromqlType], name),
    );
    return gives;
  }
}
