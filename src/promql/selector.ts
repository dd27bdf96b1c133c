import { formatDuration } from '../schema/duration.js';

/** A text as a PromQL string literal. PromQL reads the escapes of JSON, which are those of Go. */
export function quotePromql(text: string): string {
  return JSON.stringify(text);
}

/** A regular expression (RE2) that matches exactly one of the texts. */
export function oneOfTexts(texts: readonly string[]): string {
  return texts.map((text) => text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`)).join('|');
}

/** `{model_name="iris",env="prod",…}`; `further` are matchers as PromQL writes them. */
export function selector(labels: Readonly<Record<string, string>>, ...further: readonly string[]): string {
  const equal = Object.entries(labels).map(([name, value]) => `${name}=${quotePromql(value)}`);
  return `{${[...equal, ...further].join(',')}}`;
}

/** `[6h]` */
export function range(ms: number): string {
  return `[${formatDuration(ms)}]`;
}
