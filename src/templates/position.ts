/** The place of an offset in a text: line and column from 1, the column in characters. */
export function positionIn(source: string, pos: number): { readonly line: number; readonly column: number } {
  const before = source.slice(0, pos).split('\n');
  return { line: before.length, column: Array.from(before.at(-1) as string).length + 1 };
}
