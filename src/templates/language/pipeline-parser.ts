import { parseNumber, unquote, unquoteChar } from './literals.js';
import type { CommandNode, NumberNode, Operand, PipeNode, VariableNode } from './nodes.js';
import { printNode } from './print-node.js';
import { suggest } from './suggest.js';
import { ParseFailure, unexpected, type TokenStream } from './token-stream.js';
import type { Token, TokenKind } from './tokens.js';

/** The functions a template may call. `unavailable` holds names that exist elsewhere, with the reason why not here. */
export interface KnownFunctions {
  readonly names: ReadonlySet<string>;
  readonly unavailable?: ReadonlyMap<string, string>;
}

/** How deep parentheses and blocks may nest, together. */
export const MAX_NESTING = 100;

const STARTS_OPERAND: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bool',
  'char-constant',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'raw-string',
  'string',
  'variable',
  'left-paren',
]);

/** Reads what stands between `{{` and `}}`: declarations, commands, operands. Knows the variables in scope. */
export class PipelineParser {
  /** Names of the variables declared so far, innermost last; whoever opens a block cuts it back. */
  variables: string[] = ['$'];
  /** Reading a define or block, which sees no variable from outside. */
  insideDefinition = false;
  readonly #tokens: TokenStream;
  readonly #functions: KnownFunctions;
  #nesting = 0;

  constructor(tokens: TokenStream, functions: KnownFunctions) {
    this.#tokens = tokens;
    this.#functions = functions;
  }

  /** Runs `read` one level deeper. */
  nested<T>(at: Token, read: () => T): T {
    if (++this.#nesting > MAX_NESTING) {
      throw new ParseFailure(
        at.pos,
        `nested more than ${MAX_NESTING} levels deep: split it with define and template`,
      );
    }
    const result = read();
    this.#nesting--;
    return result;
  }

  /** A pipeline up to and including its `end` token. `place` names the action for messages. */
  pipeline(place: string, end: 'close' | 'right-paren' = 'close'): PipeNode {
    const start = this.#tokens.peekNonSpace();
    const declared: VariableNode[] = [];
    const assigns = this.#declarations(place, declared);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#tokens.peekNonSpace();
      if (token.kind === end) {
        this.#tokens.next();
        this.#checkStages(commands, place, token);
        return { kind: 'pipe', pos: start.pos, declared, assigns, commands };
      }
      if (!STARTS_OPERAND.has(token.kind)) throw unexpected(token, `a value or a function in ${place}`);
      commands.push(this.#command(place));
    }
  }

  /** `$x :=`, `$x =`, and in a range `$i, $x :=`. */
  #declarations(place: string, declared: VariableNode[]): boolean {
    const variable = this.#tokens.peekNonSpace();
    if (variable.kind !== 'variable') return false;
    const after = this.#tokens.look(1);
    const isComma = after.kind === 'char' && after.text === ',';
    if (after.kind !== 'declare' && after.kind !== 'assign' && !isComma) return false;
    this.#tokens.next();
    this.#tokens.nextNonSpace();
    declared.push({ kind: 'variable', pos: variable.pos, name: variable.text, fields: [] });
    this.variables.push(variable.text);
    if (!isComma) return after.kind === 'assign';
    if (place !== 'range' || declared.length > 1) {
      throw new ParseFailure(
        variable.pos,
        `only range declares two variables, as in {{range $index, $element := …}}`,
      );
    }
    const second = this.#tokens.peekNonSpace();
    if (second.kind !== 'variable') throw unexpected(second, 'the second variable of range');
    return this.#declarations(place, declared);
  }

  #checkStages(commands: readonly CommandNode[], place: string, end: Token): void {
    if (commands.length === 0) throw new ParseFailure(end.pos, `${place} needs a value before ${end.text}`);
    for (const command of commands.slice(1)) {
      const first = command.args[0] as Operand;
      if (['bool', 'dot', 'nil', 'number', 'string'].includes(first.kind)) {
        throw new ParseFailure(first.pos, `expected a function after |, got ${printNode(first)}`);
      }
    }
  }

  /** Operands separated by spaces, with the `|` that follows them, if any. */
  #command(place: string): CommandNode {
    const { pos } = this.#tokens.peekNonSpace();
    const args: Operand[] = [];
    for (;;) {
      this.#tokens.skipSpace();
      if (STARTS_OPERAND.has(this.#tokens.peek().kind)) args.push(this.#operand());
      const token = this.#tokens.peek();
      if (token.kind === 'space') continue;
      if (token.kind === 'pipe') this.#tokens.next();
      else if (token.kind !== 'close' && token.kind !== 'right-paren') {
        throw unexpected(token, STARTS_OPERAND.has(token.kind) ? 'a space' : `a value, | or }} in ${place}`);
      }
      return { kind: 'command', pos, args };
    }
  }

  /** A term with the fields glued to it. */
  #operand(): Operand {
    const term = this.#term();
    const first = this.#tokens.peek();
    if (first.kind !== 'field') return term;
    const fields: string[] = [];
    while (this.#tokens.peek().kind === 'field') fields.push(this.#tokens.next().text.slice(1));
    switch (term.kind) {
      case 'field':
      case 'variable':
        return { ...term, pos: first.pos, fields: [...term.fields, ...fields] };
      case 'identifier':
      case 'pipe':
        return { kind: 'chain', pos: first.pos, target: term, fields };
      default:
        throw new ParseFailure(first.pos, `${printNode(term)} has no fields: remove ${first.text}`);
    }
  }

  #term(): Operand {
    const token = this.#tokens.nextNonSpace();
    const { pos, text } = token;
    switch (token.kind) {
      case 'identifier':
        this.#checkFunction(token);
        return { kind: 'identifier', pos, name: text };
      case 'dot':
      case 'nil':
        return { kind: token.kind, pos };
      case 'bool':
        return { kind: 'bool', pos, value: text === 'true' };
      case 'variable':
        this.#checkVariable(token);
        return { kind: 'variable', pos, name: text, fields: [] };
      case 'field':
        return { kind: 'field', pos, fields: [text.slice(1)] };
      case 'number':
      case 'char-constant':
        return number(token);
      case 'left-paren':
        return this.nested(token, () => this.pipeline('a parenthesis', 'right-paren'));
      default:
        return { kind: 'string', pos, quoted: text, value: textOf(token) };
    }
  }

  #checkFunction({ pos, text }: Token): void {
    if (this.#functions.names.has(text)) return;
    const reason = this.#functions.unavailable?.get(text);
    if (reason !== undefined) throw new ParseFailure(pos, reason);
    const close = suggest(text, this.#functions.names);
    throw new ParseFailure(
      pos,
      `there is no function ${text}${close === undefined ? '' : `: did you mean ${close}?`}`,
    );
  }

  #checkVariable({ pos, text }: Token): void {
    if (this.variables.includes(text)) return;
    const close = suggest(text, new Set(this.variables));
    let advice =
      close === undefined || close === '$' ? `declare it with {{${text} := …}}` : `did you mean ${close}?`;
    if (this.insideDefinition) advice = 'a defined template sees only what it is called with, as .';
    throw new ParseFailure(pos, `there is no variable ${text} here: ${advice}`);
  }
}

function number({ kind, pos, text }: Token): NumberNode {
  if (kind === 'char-constant') {
    const code = unquoteChar(text);
    if (code === undefined) throw new ParseFailure(pos, `expected one character between quotes, got ${text}`);
    return { kind: 'number', pos, text, int: BigInt(code), float: code };
  }
  const literal = parseNumber(text);
  if (/^[+-]$/.test(text)) {
    throw new ParseFailure(pos, 'templates have no arithmetic: compute the value before it gets here');
  }
  if (literal.ok) return { kind: 'number', pos, text, int: literal.int, float: literal.float };
  const messages = {
    not_a_number: `${text} is not a number`,
    too_large: `${text} does not fit into 64 bits: write it as a float such as 1e20`,
    complex: `${text} is a complex number, which no function here takes`,
  };
  throw new ParseFailure(pos, messages[literal.reason]);
}

/** The text of a string token. */
export function textOf(token: Token): string {
  const text = unquote(token.text);
  if (text === undefined)
    throw new ParseFailure(token.pos, `unknown escape in ${token.text}: write \\\\ for a backslash`);
  return text;
}
