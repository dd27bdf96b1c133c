import { quoteText } from '../fmt/quote.js';
import type {
  BranchNode,
  ListNode,
  Node,
  ParsedTemplates,
  Statement,
  TemplateNode,
} from '../language/nodes.js';
import { printNode } from '../language/print-node.js';
import { printValue } from '../fmt/print.js';
import { Evaluator, ExecutionFailure } from './evaluator.js';
import { Budget, DEFAULT_LIMITS, type Limits } from './limits.js';
import { CallFailure, Dict, List, indirect, isTrue, type FunctionLookup, type Value } from './values.js';

/** The text, or what went wrong in Go's words: `template: name:1:5: executing "name" at <…>: …` */
export type ExecutionOutcome =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** Turns what is written into text: the template's own, and values, which may need escaping. A {@link CallFailure} ends the rendering. */
export interface Writer {
  text(literal: string): string;
  value(value: Value): string;
}

/** As `text/template` writes. */
const PLAIN: Writer = { text: (literal) => literal, value: printValue };

/** Runs a parsed template on `root` (its `.` and `$`). `functions` must hold every name the parser was told of. */
export function execute(
  templates: ParsedTemplates,
  functions: FunctionLookup,
  root: Value,
  limits: Limits = DEFAULT_LIMITS,
  writer: Writer = PLAIN,
): ExecutionOutcome {
  const run = new Run(templates, functions, new Budget(limits), writer);
  try {
    run.template(templates.name, templates.root, root);
    return { ok: true, text: run.output.join('') };
  } catch (error) {
    if (!(error instanceof ExecutionFailure)) throw error;
    return { ok: false, message: `template: ${run.location(error.node)}: ${run.context(error)}` };
  }
}

/** How a list of statements was left. */
type Flow = 'next' | 'break' | 'continue';

class Run {
  readonly output: string[] = [];
  readonly #templates: ParsedTemplates;
  readonly #functions: FunctionLookup;
  readonly budget: Budget;
  /** How many lists of statements are being run inside one another. */
  depth = 0;
  #running: string;

  readonly writer: Writer;

  constructor(templates: ParsedTemplates, functions: FunctionLookup, budget: Budget, writer: Writer) {
    this.writer = writer;
    this.#templates = templates;
    this.#functions = functions;
    this.budget = budget;
    this.#running = templates.name;
  }

  context(failure: ExecutionFailure): string {
    return `executing ${quoteText(this.#running)} at <${printNode(failure.node)}>: ${failure.message}`;
  }

  /** Where a node of the running template stands, in its own file. */
  location(node: Node): string {
    return location(this.#templates.origins?.get(this.#running) ?? this.#templates, node);
  }

  /** One template call. It sees no variable of its caller. */
  template(name: string, list: ListNode, dot: Value): void {
    const caller = this.#running;
    this.#running = name;
    new Body(this, new Evaluator(this.#functions, this.budget, dot, list)).list(dot, list);
    this.#running = caller;
  }

  definition(name: string): ListNode | undefined {
    return this.#templates.definitions.get(name);
  }
}

class Body {
  readonly #run: Run;
  readonly #evaluator: Evaluator;

  constructor(run: Run, evaluator: Evaluator) {
    this.#run = run;
    this.#evaluator = evaluator;
  }

  list(dot: Value, list: ListNode): Flow {
    this.#evaluator.at(list);
    this.#evaluator.within(this.#run.budget.depth(++this.#run.depth));
    const flow = this.#statements(dot, list);
    this.#run.depth--;
    return flow;
  }

  #statements(dot: Value, list: ListNode): Flow {
    for (const statement of list.statements) {
      const flow = this.#statement(dot, statement);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  #statement(dot: Value, node: Statement): Flow {
    this.#evaluator.at(node);
    this.#evaluator.within(this.#run.budget.work(1));
    switch (node.kind) {
      case 'text':
        return this.#write(this.#run.writer.text(node.text));
      case 'action': {
        const value = this.#evaluator.pipeline(dot, node.pipe);
        if (node.pipe.declared.length > 0) return 'next';
        this.#evaluator.at(node);
        return this.#write(this.#print(value));
      }
      case 'if':
      case 'with':
        return this.#scoped(() => this.#ifOrWith(dot, node));
      case 'range':
        return this.#scoped(() => this.#range(dot, node));
      case 'template':
        return this.#template(dot, node);
      default:
        return node.kind;
    }
  }

  #print(value: Value): string {
    try {
      return this.#run.writer.value(value);
    } catch (error) {
      if (error instanceof CallFailure) this.#evaluator.fail(error.message);
      throw error;
    }
  }

  #write(text: string): Flow {
    this.#evaluator.within(this.#run.budget.output(text));
    this.#run.output.push(text);
    return 'next';
  }

  /** Forgets the variables declared meanwhile. */
  #scoped(walk: () => Flow): Flow {
    const { variables } = this.#evaluator;
    const mark = variables.length;
    const flow = walk();
    variables.length = mark;
    return flow;
  }

  #ifOrWith(dot: Value, node: BranchNode): Flow {
    const value = this.#evaluator.pipeline(dot, node.pipe);
    if (isTrue(value)) return this.list(node.kind === 'with' ? value : dot, node.body);
    return node.otherwise ? this.list(dot, node.otherwise) : 'next';
  }

  #range(dot: Value, node: BranchNode): Flow {
    const { value } = indirect(this.#evaluator.pipeline(dot, node.pipe));
    const [first, second] = node.pipe.declared;
    const { variables } = this.#evaluator;
    const mark = variables.length;
    let passes = 0;
    for (const [index, element] of this.#elements(value)) {
      passes++;
      this.#evaluator.within(this.#run.budget.iteration());
      if (node.pipe.assigns) {
        if (first) this.#evaluator.assign(first.name, second ? index : element);
        if (second) this.#evaluator.assign(second.name, element);
      } else if (first) {
        (variables[mark - 1] as { value: Value }).value = element;
        if (second) (variables[mark - 2] as { value: Value }).value = index;
      }
      const flow = this.list(element, node.body);
      variables.length = mark;
      if (flow === 'break') break;
    }
    return passes === 0 && node.otherwise ? this.list(dot, node.otherwise) : 'next';
  }

  /** Index or key, and element, of what a range runs over: a list, or a map in key order. */
  *#elements(value: Value): Iterable<readonly [Value, Value]> {
    if (value instanceof List) {
      for (const [index, item] of value.items.entries()) yield [BigInt(index), item];
    } else if (value instanceof Dict) {
      for (const key of value.sortedKeys()) yield [key, value.get(key)];
    } else if (value !== undefined) {
      this.#evaluator.fail(`range can't iterate over ${printValue(value)}`);
    }
  }

  #template(dot: Value, node: TemplateNode): Flow {
    const list =
      this.#run.definition(node.name) ?? this.#evaluator.fail(`template ${quoteText(node.name)} not defined`);
    this.#evaluator.within(this.#run.budget.depth(this.#run.depth + 1));
    this.#evaluator.within(this.#run.budget.iteration());
    const value = node.pipe ? this.#evaluator.pipeline(dot, node.pipe) : undefined;
    this.#run.template(node.name, list, value);
    return 'next';
  }
}

/** `name:line:column` as Go counts: lines from 1, columns in bytes from 0. */
function location(templates: Pick<ParsedTemplates, 'source' | 'name'>, node: Node): string {
  const before = templates.source.slice(0, node.pos);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  return `${templates.name}:${line}:${Buffer.byteLength(before.slice(lineStart))}`;
}
