import { tokenize } from './lexer.js';
import type { ListNode, ParsedTemplates, PipeNode, Statement, TemplateNode } from './nodes.js';
import { PipelineParser, textOf, type KnownFunctions } from './pipeline-parser.js';
import { ParseFailure, TokenStream, unexpected } from './token-stream.js';
import { describeToken, type Token } from './tokens.js';

/** The templates of one source, or the first thing wrong with it. */
export type ParseOutcome =
  | { readonly ok: true; readonly templates: ParsedTemplates }
  | { readonly ok: false; readonly pos: number; readonly message: string };

/** Parses a template in Go's `text/template` language. `name` is the name of the main template. */
export function parseTemplates(source: string, name: string, functions: KnownFunctions): ParseOutcome {
  try {
    return { ok: true, templates: new Parser(source, name, functions).run() };
  } catch (error) {
    if (error instanceof ParseFailure) return { ok: false, pos: error.pos, message: error.message };
    throw error;
  }
}

/** How a list of statements ended: the keyword and its place. */
type Ending = Token & { readonly text: 'end' | 'else' };

class Parser {
  readonly #source: string;
  readonly #name: string;
  readonly #tokens: TokenStream;
  readonly #pipelines: PipelineParser;
  readonly #definitions = new Map<string, ListNode>();
  /** How many ranges of this template surround the reading position. */
  #ranges = 0;

  constructor(source: string, name: string, functions: KnownFunctions) {
    this.#source = source;
    this.#name = name;
    this.#tokens = new TokenStream(tokenize(source));
    this.#pipelines = new PipelineParser(this.#tokens, functions);
  }

  run(): ParsedTemplates {
    const statements: Statement[] = [];
    while (this.#tokens.peek().kind !== 'eof') {
      const token = this.#tokens.next();
      if (token.kind === 'open' && this.#tokens.isKeyword('define')) this.#define();
      else {
        const statement = this.#statement(token);
        if ('ending' in statement) throw unexpectedEnding(statement.ending);
        statements.push(statement);
      }
    }
    const root: ListNode = { kind: 'list', pos: 0, statements };
    this.#add(this.#name, root, 0);
    return { source: this.#source, name: this.#name, root, definitions: this.#definitions };
  }

  #statement(token: Token): Statement | { readonly ending: Ending } {
    if (token.kind === 'text') return { kind: 'text', pos: token.pos, text: token.text };
    const first = this.#tokens.peekNonSpace();
    if (first.kind !== 'keyword' || first.text === 'define') {
      if (first.kind === 'keyword')
        throw new ParseFailure(first.pos, 'define cannot stand inside another block');
      return { kind: 'action', pos: first.pos, pipe: this.#pipelines.pipeline('an action') };
    }
    this.#tokens.next();
    switch (first.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.#pipelines.nested(first, () => this.#branch(first.text as 'if' | 'with' | 'range'));
      case 'break':
      case 'continue':
        return this.#jump(first);
      case 'template':
        return this.#template();
      case 'block':
        return this.#block();
      default:
        return this.#ending(first as Ending);
    }
  }

  /** Statements up to an `{{end}}` or `{{else}}`, which is returned too. */
  #list(opener: string): { list: ListNode; ending: Ending } {
    const { pos } = this.#tokens.peek();
    const statements: Statement[] = [];
    while (this.#tokens.peek().kind !== 'eof') {
      const statement = this.#statement(this.#tokens.next());
      if ('ending' in statement) return { list: { kind: 'list', pos, statements }, ending: statement.ending };
      statements.push(statement);
    }
    throw new ParseFailure(this.#tokens.peek().pos, `{{${opener}}} is not ended: write {{end}}`);
  }

  #branch(kind: 'if' | 'with' | 'range'): Statement {
    const mark = this.#pipelines.variables.length;
    const pipe = this.#pipelines.pipeline(kind);
    if (kind === 'range') this.#ranges++;
    const { list: body, ending } = this.#list(kind);
    if (kind === 'range') this.#ranges--;
    const otherwise = ending.text === 'else' ? this.#otherwise(kind, ending) : undefined;
    this.#pipelines.variables.length = mark;
    return { kind, pos: pipe.pos, pipe, body, otherwise };
  }

  /** The branch after `{{else}}`; `else if` and `else with` become a branch inside it that shares the one `{{end}}`. */
  #otherwise(kind: 'if' | 'with' | 'range', ending: Ending): ListNode {
    if (kind !== 'range' && this.#tokens.isKeyword(kind)) {
      const keyword = this.#tokens.next();
      const nested = this.#pipelines.nested(keyword, () => this.#branch(kind));
      return { kind: 'list', pos: ending.pos, statements: [nested] };
    }
    this.#tokens.expect('close', kind === 'range' ? '}} after else' : `}} or ${kind} after else`);
    const { list, ending: last } = this.#list('else');
    if (last.text !== 'end') throw new ParseFailure(last.pos, 'expected {{end}}, got a second {{else}}');
    return list;
  }

  #ending(keyword: Ending): { ending: Ending } {
    // What follows else, another keyword or }}, is read by the branch that it belongs to.
    if (keyword.text === 'end') this.#tokens.expect('close', '}} after end');
    return { ending: keyword };
  }

  #jump(keyword: Token): Statement {
    this.#tokens.expect('close', `}} after ${keyword.text}`);
    if (this.#ranges === 0)
      throw new ParseFailure(keyword.pos, `{{${keyword.text}}} works only inside {{range}}`);
    return { kind: keyword.text as 'break' | 'continue', pos: keyword.pos };
  }

  #template(): TemplateNode {
    const { name, pos } = this.#templateName('template');
    let pipe: PipeNode | undefined;
    if (this.#tokens.peekNonSpace().kind === 'close') this.#tokens.next();
    else pipe = this.#pipelines.pipeline('template');
    return { kind: 'template', pos, name, pipe };
  }

  #block(): TemplateNode {
    const { name, pos } = this.#templateName('block');
    const pipe = this.#pipelines.pipeline('block');
    this.#definition('block', name, pos);
    return { kind: 'template', pos, name, pipe };
  }

  #define(): void {
    this.#tokens.nextNonSpace();
    const { name, pos } = this.#templateName('define');
    this.#tokens.expect('close', '}} after the name');
    this.#definition('define', name, pos);
  }

  /** The body of a define or block: a template of its own that sees no variable but `$`. */
  #definition(opener: string, name: string, pos: number): void {
    const variables = this.#pipelines.variables;
    const ranges = this.#ranges;
    const inside = this.#pipelines.insideDefinition;
    this.#pipelines.variables = ['$'];
    this.#pipelines.insideDefinition = true;
    this.#ranges = 0;
    const { list, ending } = this.#pipelines.nested(this.#tokens.peek(), () => this.#list(opener));
    if (ending.text !== 'end') throw unexpectedEnding(ending);
    this.#pipelines.variables = variables;
    this.#pipelines.insideDefinition = inside;
    this.#ranges = ranges;
    this.#add(name, list, pos);
  }

  #templateName(opener: string): { name: string; pos: number } {
    const token = this.#tokens.nextNonSpace();
    if (token.kind !== 'string' && token.kind !== 'raw-string') {
      throw unexpected(token, `a quoted name, as in {{${opener} "name" .}}`);
    }
    return { name: textOf(token), pos: token.pos };
  }

  /** A second definition of a name counts only when one of the two holds nothing but space, as in Go. */
  #add(name: string, list: ListNode, pos: number): void {
    const existing = this.#definitions.get(name);
    if (existing === undefined || isBlank(existing)) this.#definitions.set(name, list);
    else if (!isBlank(list)) throw new ParseFailure(pos, `template ${JSON.stringify(name)} is defined twice`);
  }
}

function unexpectedEnding(ending: Ending): ParseFailure {
  const opener = ending.text === 'end' ? 'if, range, with, define or block' : 'if, range or with';
  return new ParseFailure(ending.pos, `${describeToken(ending)} belongs to no ${opener}`);
}

function isBlank(list: ListNode): boolean {
  return list.statements.every((statement) => statement.kind === 'text' && /^\s*$/.test(statement.text));
}
