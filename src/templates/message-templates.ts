import { DEFAULT_DEFINITIONS } from './default-definitions.js';
import { ALERTMANAGER_FUNCTIONS, clockFunctions, HTML } from './functions/alertmanager.js';
import { BUILTIN_FUNCTIONS } from './functions/builtins.js';
import { patternFunctions } from './functions/patterns.js';
import { HtmlWriter } from './html/html-writer.js';
import type { ListNode, ParsedTemplates } from './language/nodes.js';
import { parseTemplates } from './language/parser.js';
import { messageData, type MessageTemplateData } from './message-data.js';
import { execute } from './runtime/execute.js';
import { DEFAULT_LIMITS, type Limits } from './runtime/limits.js';
import { Scalar, type GoFunction } from './runtime/values.js';
import { calledTemplates, type CalledTemplate } from './called-templates.js';
import { positionIn } from './position.js';
import type { TemplateError } from './template.js';

/** The mail's HTML under Alertmanager's name: no template of ours, so channels hand it in when it is asked for. */
export const OWN_HTML = 'email.default.html';

/** A file of definitions. */
export interface TemplateFile {
  /** As people know it; its last part is what Go names it by. */
  readonly file: string;
  readonly text: string;
}

/** A template that does not load, with its file. */
export interface TemplateFileError extends TemplateError {
  readonly file: string;
}

/** What rendering gave; `message` says in Go's words what failed. */
export type RenderedText =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** What rendering needs besides the text. */
export interface RenderContext {
  readonly data: MessageTemplateData;
  readonly now: Date;
  /** Stands for the template `email.default.html`. */
  readonly ownHtml?: string | undefined;
}

/** Texts of receivers, rendered with the definitions of template files. */
export interface MessageTemplates {
  /** Names that templates may call. */
  readonly names: ReadonlySet<string>;
  /** Whether a file defines this name, or one that it leads to, anew: then Alertmanager's default is the operator's text. */
  isOwn(name: string): boolean;
  render(text: string, mode: 'text' | 'html', context: RenderContext): RenderedText;
}

const FIXED = new Map<string, GoFunction>([
  ...BUILTIN_FUNCTIONS,
  ...ALERTMANAGER_FUNCTIONS,
  ...patternFunctions(),
]);
/** In html templates a text that went through `html` is not escaped again. */
const FIXED_HTML = new Map<string, GoFunction>(FIXED).set(
  'html',
  vouched(BUILTIN_FUNCTIONS.get('html') as GoFunction),
);
const KNOWN = { names: new Set([...FIXED.keys(), ...clockFunctions(new Date(0)).keys()]) };

/** Why a text of a receiver does not parse, with its place in the text; undefined when it does. */
export function messageTemplateError(text: string): TemplateError | undefined {
  const parsed = parseTemplates(text, '', KNOWN);
  return parsed.ok ? undefined : { ...positionIn(text, parsed.pos), message: parsed.message };
}

/** The templates that a text calls and does not define itself; none when it does not parse. */
export function templatesCalledBy(text: string): readonly CalledTemplate[] {
  const parsed = parseTemplates(text, '', KNOWN);
  return parsed.ok
    ? calledTemplates(parsed.templates).filter(({ name }) => !parsed.templates.definitions.has(name))
    : [];
}

/**
 * Puts Alertmanager's definitions and those of files together; a later definition of a name stands in for an earlier one.
 * Every error is told, each with its file and place, calls of templates that nobody defines included.
 */
export function compileMessageTemplates(
  files: readonly TemplateFile[],
  limits: Limits = DEFAULT_LIMITS,
): { readonly templates: MessageTemplates; readonly errors: readonly TemplateFileError[] } {
  const definitions = new Map<string, ListNode>();
  const origins = new Map<string, { name: string; source: string }>();
  const errors: TemplateFileError[] = [];
  const own = new Set<string>();
  const parsedFiles: { file: string; templates: ParsedTemplates }[] = [];
  for (const { file, text } of [{ file: '', text: DEFAULT_DEFINITIONS }, ...files]) {
    const name = file.split('/').at(-1) ?? '';
    const parsed = parseTemplates(text, name, KNOWN);
    if (!parsed.ok) {
      errors.push({ file, ...positionIn(text, parsed.pos), message: parsed.message });
      continue;
    }
    parsedFiles.push({ file, templates: parsed.templates });
    for (const [defined, list] of parsed.templates.definitions) {
      if (defined === '') continue;
      definitions.set(defined, list);
      origins.set(defined, { name, source: text });
      if (file !== '') own.add(defined);
    }
  }
  const names = new Set([...definitions.keys(), OWN_HTML]);
  for (const { file, templates } of errors.length > 0 ? [] : parsedFiles) {
    for (const { name, line, column, message } of calledTemplates(templates, names))
      if (!names.has(name)) errors.push({ file, line, column, message });
  }
  return { templates: { names, isOwn: (name) => leadsTo(name, own, definitions), render }, errors };

  function render(text: string, mode: 'text' | 'html', { data, now, ownHtml }: RenderContext): RenderedText {
    const parsed = parseTemplates(text, '', KNOWN);
    if (!parsed.ok) return { ok: false, message: parsed.message };
    const given = ownHtml === undefined || own.has(OWN_HTML) ? [] : [[OWN_HTML, verbatim(ownHtml)] as const];
    const all = new Map([...definitions, ...given, ...parsed.templates.definitions]);
    const elsewhere = new Map([...origins].filter(([name]) => !parsed.templates.definitions.has(name)));
    const clock = clockFunctions(now);
    const fixed = mode === 'html' ? FIXED_HTML : FIXED;
    const functions = { get: (name: string) => clock.get(name) ?? fixed.get(name) };
    const whole = { ...parsed.templates, definitions: all, origins: elsewhere };
    try {
      return execute(
        whole,
        functions,
        messageData(data),
        limits,
        mode === 'html' ? new HtmlWriter() : undefined,
      );
    } catch (error) {
      // A bug in here must not cost a message: the channel's own form is there to be sent.
      return { ok: false, message: `panic: ${String(error)}` };
    }
  }
}

function verbatim(text: string): ListNode {
  return { kind: 'list', pos: 0, statements: [{ kind: 'text', pos: 0, text }] };
}

function leadsTo(
  name: string,
  own: ReadonlySet<string>,
  definitions: ReadonlyMap<string, ListNode>,
): boolean {
  const seen = new Set<string>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (own.has(next)) return true;
    seen.add(next);
    const list = definitions.get(next);
    if (!list) continue;
    const called = calledTemplates({ source: '', name: '', root: list, definitions: new Map() });
    waiting.push(...called.map((it) => it.name).filter((it) => !seen.has(it)));
  }
  return false;
}

function vouched(callee: GoFunction): GoFunction {
  return { ...callee, call: (values) => new Scalar(HTML, callee.call(values) as string) };
}
