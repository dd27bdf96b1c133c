const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A piece of HTML or SVG that may stand in a page as it is: only {@link markup} makes it. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = Markup | string | number | readonly Markup[] | undefined | false;

/** A template in which every text is escaped, for elements and attributes alike; pieces of markup go in as they are. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((string, index) => string + write(parts[index])).join(''));
}

function write(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'number') return String(Number(part.toFixed(2)));
  if (typeof part === 'string')
    return part.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string);
  return part.map(({ text }) => text).join('');
}
