import { printValue } from '../fmt/print.js';
import {
  CallFailure,
  Boxed,
  Dict,
  List,
  Pointer,
  Struct,
  scalarOf,
  typeOf,
  type Value,
} from '../runtime/values.js';
import { formatAs, TIME } from './time-values.js';

const SPECIAL: Readonly<Record<string, string>> = {
  '<': String.raw`\u003c`,
  '>': String.raw`\u003e`,
  '&': String.raw`\u0026`,
  '\u2028': String.raw`\u2028`,
  '\u2029': String.raw`\u2029`,
};

/** A value as Go's `encoding/json` writes it: keys of maps sorted, fields of structs in order and under their JSON names. */
export function toJson(value: Value): string {
  if (value === undefined) return 'null';
  if (value instanceof Boxed) return toJson(value.inner);
  if (value instanceof Pointer) return toJson(value.target);
  if (value instanceof List) return `[${value.items.map(toJson).join(',')}]`;
  if (value instanceof Dict) {
    return `{${value
      .sortedKeys()
      .map((key) => `${text(key)}:${toJson(value.entries.get(key))}`)
      .join(',')}}`;
  }
  if (value instanceof Struct) {
    if (value.type === TIME) return text(formatAs(value, '2006-01-02T15:04:05.999999999Z07:00'));
    const fields = [...value.fields].map(([name, item]) => `${text(jsonName(name))}:${toJson(item)}`);
    return `{${fields.join(',')}}`;
  }
  const plain = scalarOf(value);
  if (typeof plain === 'string') return text(plain);
  if (typeof plain === 'number' && !Number.isFinite(plain))
    throw new CallFailure(`json: unsupported value: ${printValue(value)}`);
  if (typeof plain === 'number') return JSON.stringify(plain).replace(/e([+-]\d)$/, 'e$1');
  if (plain === undefined) throw new CallFailure(`json: unsupported type: ${typeOf(value)?.name}`);
  return String(plain);
}

/** Structs of Alertmanager carry their names in JSON: the first letters small, and GeneratorURL as generatorURL. */
function jsonName(name: string): string {
  if (name === 'Name' || name === 'Value') return name;
  return name === 'NotificationReason'
    ? 'notification_reason'
    : name.slice(0, 1).toLowerCase() + name.slice(1);
}

function text(value: string): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => SPECIAL[character] as string);
}
