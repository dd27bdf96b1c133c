import type { AlertTemplateData, CompiledTemplate } from './template.js';

type Part = (data: AlertTemplateData) => string;

/**
 * Parses an alert label or annotation written as a Go template, as Prometheus does when it loads a rule file.
 * `name` is the alert's name; it appears in run-time error texts.
 */
export function compileAlertTemplate(source: string, _name = 'alert'): CompiledTemplate {
  const parts: Part[] = [];
  let usesValue = false;
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    const text = source.slice(at, open < 0 ? undefined : open);
    parts.push(() => text);
    if (open < 0) break;
    const close = source.indexOf('}}', open);
    if (close < 0) return failure(source, open, 'unclosed action: write }} after it');
    const action = source.slice(open + 2, close).trim();
    const part = compileAction(action);
    if (part === undefined) return failure(source, open, `cannot read {{ ${action} }}`);
    usesValue ||= /\$value|\.Value/.test(action);
    parts.push(part);
    at = close + 2;
  }
  return {
    ok: true,
    usesValue,
    template: { source, render: (data) => parts.map((part) => part(data)).join('') },
  };
}

function compileAction(action: string): Part | undefined {
  const label = /^(?:\$labels|\.Labels)\.(\w+)$/.exec(action)?.[1];
  if (label !== undefined) return (data) => data.labels[label] ?? '';
  const value = /^(?:\$value|\.Value)(\s*\|\s*humanizePercentage)?$/.exec(action);
  if (!value) return undefined;
  if (value[1] === undefined) return (data) => String(data.value);
  return (data) => `${Number((data.value * 100).toPrecision(4))}%`;
}

function failure(source: string, at: number, message: string): CompiledTemplate {
  const lines = source.slice(0, at).split('\n');
  return { ok: false, error: { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, message } };
}
