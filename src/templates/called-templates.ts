import type { ListNode, ParsedTemplates, TemplateNode } from './language/nodes.js';
import { suggest } from './language/suggest.js';
import { positionIn } from './position.js';

/** A `{{ template "name" }}`, its place in the source, and what to say when there is none of that name. */
export interface CalledTemplate {
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Every call of a template, by place. `known` are names that a misspelt one may have meant. */
export function calledTemplates(
  { source, root, definitions }: ParsedTemplates,
  known: Iterable<string> = [],
): readonly CalledTemplate[] {
  const nodes = new Set([root, ...definitions.values()].flatMap(callsIn));
  return [...nodes].map(({ name, pos }) => ({
    name,
    ...positionIn(source, pos),
    message: undefinedTemplate(name, known),
  }));
}

/** What an operator is told of a template that nobody defines. */
export function undefinedTemplate(name: string, known: Iterable<string>): string {
  const meant = suggest(name, known);
  const advice =
    meant === undefined
      ? 'define it in a file that templates: names'
      : `did you mean ${JSON.stringify(meant)}?`;
  return `no template is named ${JSON.stringify(name)}; ${advice}`;
}

function callsIn(list: ListNode): readonly TemplateNode[] {
  return list.statements.flatMap((statement) => {
    if (statement.kind === 'template') return [statement];
    if (!('body' in statement)) return [];
    return [...callsIn(statement.body), ...(statement.otherwise ? callsIn(statement.otherwise) : [])];
  });
}
