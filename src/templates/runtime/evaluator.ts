import { quoteText } from '../fmt/quote.js';
import type { CommandNode, IdentifierNode, Node, NumberNode, Operand, PipeNode } from '../language/nodes.js';
import { printNode } from '../language/print-node.js';
import {
  MISSING,
  callFunction,
  callShortCircuit,
  type Call,
  type Caller,
  type Final,
} from './call-function.js';
import type { Budget } from './limits.js';
import {
  Boxed,
  Dict,
  Pointer,
  Struct,
  indirect,
  typeOf,
  unbox,
  type FunctionLookup,
  type GoMethod,
  type Value,
} from './values.js';

/** A rendering failed. `node` is the part of the template at fault. */
export class ExecutionFailure extends Error {
  readonly node: Node;

  constructor(message: string, node: Node) {
    super(message);
    this.node = node;
  }
}

interface Variable {
  readonly name: string;
  value: Value;
}

/** Evaluates pipelines for one template call: its variables, and the node that a failure quotes. */
export class Evaluator implements Caller {
  readonly variables: Variable[];
  readonly #functions: FunctionLookup;
  readonly #budget: Budget;
  #node: Node;

  constructor(functions: FunctionLookup, budget: Budget, root: Value, node: Node) {
    this.#functions = functions;
    this.#budget = budget;
    this.variables = [{ name: '$', value: root }];
    this.#node = node;
  }

  at(node: Node): void {
    this.#node = node;
  }

  fail(message: string): never {
    throw new ExecutionFailure(message, this.#node);
  }

  /** Fails when a budget says that it is used up. */
  within(exceeded: string | undefined): void {
    if (exceeded !== undefined) this.fail(exceeded);
  }

  charge(values: readonly Value[]): void {
    const size = values.reduce<number>(
      (sum, value) => sum + (typeof value === 'string' ? value.length : 1),
      1,
    );
    this.within(this.#budget.work(size));
  }

  /** The value of a pipeline; variables that it declares stay on the stack until the caller cuts it back. */
  pipeline(dot: Value, pipe: PipeNode): Value {
    this.at(pipe);
    let value: Final = MISSING;
    for (const command of pipe.commands) value = unbox(this.#command(dot, command, value));
    const result = value === MISSING ? undefined : value;
    for (const { name } of pipe.declared) {
      if (pipe.assigns) this.assign(name, result);
      else this.variables.push({ name, value: result });
    }
    return result;
  }

  assign(name: string, value: Value): void {
    this.#variable(name).value = value;
  }

  operand(dot: Value, node: Operand): Value {
    switch (node.kind) {
      case 'dot':
        return dot;
      case 'field':
      case 'variable':
      case 'chain':
        return this.#chain(dot, node, [], MISSING);
      case 'pipe':
        return this.pipeline(dot, node);
      case 'identifier':
        return this.#function(dot, node, node, [], MISSING);
      default:
        return this.constant(node);
    }
  }

  constant(node: Operand): Value {
    this.at(node);
    if (node.kind === 'bool' || node.kind === 'string') return node.value;
    if (node.kind === 'number') return this.#number(node);
    return this.fail(`can't evaluate command ${quoteText(printNode(node))}`);
  }

  #command(dot: Value, command: CommandNode, final: Final): Value {
    const first = command.args[0] as Operand;
    switch (first.kind) {
      case 'field':
      case 'chain':
      case 'variable':
        return this.#chain(dot, first, command.args, final);
      case 'identifier':
        return this.#function(dot, first, command, command.args, final);
      case 'pipe':
        this.#takesNoArguments(command.args, final);
        return this.pipeline(dot, first);
    }
    this.at(first);
    this.#takesNoArguments(command.args, final);
    if (first.kind === 'nil') return this.fail('nil is not a command');
    return first.kind === 'dot' ? dot : this.constant(first);
  }

  /** A number without a wanted type: its spelling tells int from float. */
  #number(node: NumberNode): Value {
    const { text, int, float } = node;
    const looksFloat =
      /[.eEpP]/.test(text) && !text.startsWith("'") && (!/^0[xX]/.test(text) || /[pP]/.test(text));
    if (looksFloat && float !== undefined) return float;
    if (int === undefined || BigInt.asIntN(64, int) !== int) return this.fail(`${text} overflows int`);
    return int;
  }

  #takesNoArguments(args: readonly Operand[], final: Final): void {
    if (args.length > 1 || final !== MISSING) {
      const subject = args[0] as Operand;
      this.fail(`can't give argument to non-function ${printNode(subject)}`);
    }
  }

  #function(
    dot: Value,
    identifier: IdentifierNode,
    node: Node,
    args: readonly Operand[],
    final: Final,
  ): Value {
    this.at(identifier);
    const { name } = identifier;
    const callee = this.#functions.get(name);
    if (!callee) return this.fail(`${quoteText(name)} is not a defined function`);
    const call: Call = { name, callee, node, args, final, dot };
    return name === 'and' || name === 'or' ? callShortCircuit(this, call) : callFunction(this, call);
  }

  #variable(name: string): Variable {
    return (
      this.variables.findLast((variable) => variable.name === name) ??
      this.fail(`undefined variable: ${name}`)
    );
  }

  /** A variable, field or parenthesised pipeline with its chain of fields; arguments go to the last of them. */
  #chain(dot: Value, node: Operand, args: readonly Operand[], final: Final): Value {
    this.at(node);
    let receiver: Value = dot;
    if (node.kind === 'variable') {
      receiver = this.#variable(node.name).value;
      if (node.fields.length === 0) {
        this.#takesNoArguments(args.length > 0 ? args : [node], final);
        return receiver;
      }
    } else if (node.kind === 'chain') {
      if (node.target.kind === 'nil')
        return this.fail(`indirection through explicit nil in ${printNode(node)}`);
      this.at(node.target);
      receiver = this.operand(dot, node.target);
    }
    const { fields } = node as { fields: readonly string[] };
    for (const field of fields.slice(0, -1)) receiver = this.#field(dot, field, node, [], MISSING, receiver);
    return this.#field(dot, fields.at(-1) as string, node, args, final, receiver);
  }

  #field(dot: Value, name: string, node: Node, args: readonly Operand[], final: Final, value: Value): Value {
    if (value === undefined) return undefined;
    const type = typeOf(value)?.name ?? '';
    const { value: receiver, nil } = indirect(value);
    if (nil && receiver instanceof Boxed) this.fail(`nil pointer evaluating ${type}.${name}`);
    const method = typeOf(receiver)?.methods?.get(name);
    if (method) return this.#method(dot, name, node, args, final, receiver, method);
    const hasArguments = args.length > 1 || final !== MISSING;
    if (receiver instanceof Struct && receiver.fields.has(name)) {
      if (!/^\p{Lu}/u.test(name)) this.fail(`${name} is an unexported field of struct type ${type}`);
      if (hasArguments) this.fail(`${name} has arguments but cannot be invoked as function`);
      return receiver.fields.get(name);
    }
    if (receiver instanceof Dict) {
      if (hasArguments) this.fail(`${name} is not a method but has arguments`);
      return receiver.get(name);
    }
    if (nil && receiver instanceof Pointer) this.fail(`nil pointer evaluating ${type}.${name}`);
    return this.fail(`can't evaluate field ${name} in type ${type}`);
  }

  #method(
    dot: Value,
    name: string,
    node: Node,
    args: readonly Operand[],
    final: Final,
    receiver: Value,
    method: GoMethod,
  ): Value {
    const callee = { ...method, call: (values: readonly Value[]) => method.call(receiver, values) };
    return callFunction(this, { name, callee, node, args, final, dot });
  }
}
