/** `kind: { key: value, … }` as YAML would read it back; keys without a value are left out. */
export function oneLine(kind: string, fields: Readonly<Record<string, unknown>>): string {
  return `${kind}: ${flow(fields)}`;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, field]) => field !== undefined);
    return `{ ${entries.map(([key, field]) => `${text(key)}: ${flow(field)}`).join(', ')} }`;
  }
  return typeof value === 'string' ? text(value) : String(value);
}

function text(value: string): string {
  return /^[A-Za-z0-9_.%+-]*[A-Za-z_%][A-Za-z0-9_.%+-]*$/.test(value) ? value : JSON.stringify(value);
}
