import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { checkPromql } from '../check-promql.js';
import { caught, type EvaluationProblem, Fault } from './fault.js';
import { OperandReader } from './read-operand.js';
import { withSuffix } from './read-suffix.js';
import { readMatching } from './read-matching.js';
import type { BinaryOperator, Expression } from './syntax-tree.js';
import { isExpression, childrenOf, type Token, tokensOf } from './tokens.js';

/** An expression that was understood, ready to be evaluated any number of times. */
export interface Query {
  readonly text: string;
  readonly root: Expression;
}

/** PromQL's precedences, from loosest to tightest. */
const PRECEDENCES: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '<=', '<', '>=', '>'],
  ['+', '-'],
  ['*', '/', '%', 'atan2'],
  ['^'],
];
const precedenceOf = (operator: BinaryOperator): number =>
  PRECEDENCES.findIndex((level) => level.includes(operator));
/** A sign binds like a product: `-a ^ b` is `-(a ^ b)`, `-a * b` is `(-a) * b`. */
const BEHIND_SIGN = precedenceOf('^');

/** Reads an expression; the problem when it is none, or holds what this evaluator does not know. */
export function parseQuery(
  text: string,
):
  { readonly ok: true; readonly query: Query } | { readonly ok: false; readonly problem: EvaluationProblem } {
  const wrong = checkPromql(text);
  if (wrong) return { ok: false, problem: { reason: 'syntax', ...wrong } };
  const read = caught(text, () => {
    const top = childrenOf(parser.parse(text).topNode).find(isExpression) as SyntaxNode;
    return readExpression(text, top);
  });
  return 'reason' in read ? { ok: false, problem: read } : { ok: true, query: { text, root: read } };
}

function readExpression(text: string, node: SyntaxNode): Expression {
  const operands = new OperandReader(text, (inner) => readExpression(text, inner));
  const tokens = tokensOf(text, node);
  let next = 0;
  const peek = (): Token | undefined => tokens[next];

  const readOperand = (): Expression => {
    const token = tokens[next++];
    if (token?.is === 'sign')
      return { kind: 'sign', at: token.at, sign: token.sign, operand: climb(BEHIND_SIGN) };
    // The tree had no error, so an operand follows every operator and every sign.
    if (token?.is !== 'operand') throw new Error('an operand is missing in a tree without errors');
    let operand = operands.read(token.node);
    for (let suffix = peek(); suffix?.is === 'suffix'; suffix = peek()) {
      operand = withSuffix(text, operand, suffix.node);
      next += 1;
    }
    return operand;
  };

  const climb = (least: number): Expression => {
    let left = readOperand();
    for (let token = peek(); token?.is === 'operator'; token = peek()) {
      const { operator, at, bool } = token;
      const precedence = precedenceOf(operator);
      if (precedence < 0)
        throw new Fault('unsupported', at, `the operator ${operator} is not evaluated here`);
      if (precedence < least) break;
      next += 1;
      // Only the power groups from the right.
      const right = climb(operator === '^' ? precedence : precedence + 1);
      const matching = token.matching && readMatching(text, token.matching);
      left = { kind: 'binary', at, operator, bool, ...(matching ? { matching } : {}), left, right };
    }
    return left;
  };
  return climb(0);
}
