/** A fenced block: its language, its text, and the line of its fence, counted from 1. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

/** A table with the heading above it; cells are trimmed and have no escapes left. */
export interface Table {
  readonly heading: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const FENCE = /^( *)```(\w*)\s*$/;

/** The fenced blocks of a Markdown text; those inside a list lose its indentation. */
export function codeBlocks(markdown: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { indent: string; language: string; line: number; lines: string[] } | undefined;
  markdown.split('\n').forEach((text, index) => {
    const [, indent = '', language = ''] = FENCE.exec(text) ?? [];
    if (open === undefined) {
      if (FENCE.test(text)) open = { indent, language, line: index + 1, lines: [] };
    } else if (text.trim() === '```') {
      blocks.push({ language: open.language, text: `${open.lines.join('\n')}\n`, line: open.line });
      open = undefined;
    } else open.lines.push(text.startsWith(open.indent) ? text.slice(open.indent.length) : text);
  });
  return blocks;
}

/** The same text with its fenced blocks blanked out, line by line. */
function withoutCode(markdown: string): readonly string[] {
  let inside = false;
  return markdown.split('\n').map((line) => {
    const fence = inside ? line.trim() === '```' : FENCE.test(line);
    if (fence) inside = !inside;
    return inside || fence ? '' : line;
  });
}

const cellsOf = (line: string): readonly string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'));

/** Every table of a Markdown text. */
export function tables(markdown: string): readonly Table[] {
  const lines = withoutCode(markdown);
  const found: Table[] = [];
  let heading = '';
  lines.forEach((line, index) => {
    heading = /^#+ (.+)$/.exec(line)?.[1] ?? heading;
    if (!/^ *\|[ :|-]+\|$/.test(line)) return;
    const rows: (readonly string[])[] = [];
    for (let next = index + 1; /^ *\|/.test(lines[next] ?? ''); next += 1)
      rows.push(cellsOf(lines[next] ?? ''));
    found.push({ heading, header: cellsOf(lines[index - 1] ?? ''), rows });
  });
  return found;
}

/** The rows of the first table under a heading. Throws when there is none. */
export function rowsUnder(markdown: string, heading: string): readonly (readonly string[])[] {
  const table = tables(markdown).find((candidate) => candidate.heading === heading);
  if (table === undefined) throw new Error(`there is no table under the heading "${heading}"`);
  return table.rows;
}

/** What stands between backticks in a cell, or the cell as it is; `[x](y)` counts as x. */
export function plain(cell: string | undefined): string {
  const text = (cell ?? '').replace(/^\[([^\]]+)\]\([^)]*\)$/, '$1');
  return /^`([^`]+)`$/.exec(text)?.[1] ?? text;
}

/** Targets of the links of a Markdown text, outside of code. */
export function linkTargets(markdown: string): readonly string[] {
  const text = withoutCode(markdown)
    .join('\n')
    .replaceAll(/`[^`\n]*`/g, '``');
  return [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target ?? '');
}

/** The anchors of its headings, as GitHub makes them. */
export function anchors(markdown: string): readonly string[] {
  return withoutCode(markdown).flatMap((line) => {
    const heading = /^#+ (.+)$/.exec(line)?.[1];
    if (heading === undefined) return [];
    const words = heading.toLowerCase().replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '');
    return [words.replaceAll(' ', '-')];
  });
}
