/** Rows under a header, in columns as wide as their longest cell; columns after the first `left` ones are set to the right. */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  left = header.length,
): readonly string[] {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)));
  return lines.map((cells) =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column < left ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
