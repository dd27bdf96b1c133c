import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';

type Json = Readonly<Record<string, unknown>>;

/** A request and its answer, as they went over the wire. */
export interface Exchange {
  readonly method: string;
  /** Behind the root of the API, with the query. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly status: number;
  readonly answer: string;
}

interface Operation {
  readonly template: string;
  readonly pattern: RegExp;
  readonly described: Json;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const asJson = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

/** An OpenAPI 3.0 description of an API, against which exchanges are held. */
export class ApiDescription {
  readonly #document: Json;
  readonly #ajv: Ajv;
  readonly #operations = new Map<string, Operation[]>();
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(path: string) {
    this.#document = withoutNullable(JSON.parse(readFileSync(path, 'utf8'))) as Json;
    this.#ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false, validateFormats: true });
    // The default export of a CommonJS package, as Node gives it to an ES module.
    (addFormats as unknown as (ajv: Ajv) => void)(this.#ajv);
    for (const [template, item] of Object.entries(asJson(this.#document['paths']))) {
      const source = template
        .replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
        // A path of a file is several segments.
        .replaceAll(/\{(\w+)\}/g, (_all, name: string) => (name === 'path' ? '(.+)' : '([^/]+)'));
      for (const method of METHODS.filter((each) => each in asJson(item))) {
        const listed = this.#operations.get(method) ?? [];
        listed.push({
          template,
          pattern: new RegExp(`^${source}$`),
          described: { ...asJson(asJson(item)[method]), shared: asJson(item)['parameters'] },
        });
        this.#operations.set(method, listed);
      }
    }
  }

  /** The template of the path that an exchange is about: `/repos/{owner}/{repo}`. */
  templateOf(exchange: Exchange): string | undefined {
    return this.#find(exchange)?.template;
  }

  /** What a request does that the description does not allow, or does not name. */
  requestFaults(exchange: Exchange): readonly string[] {
    const operation = this.#find(exchange);
    if (!operation) return [`${exchange.method} ${exchange.path} is not described`];
    const faults: string[] = [];
    const parameters = [operation.described['parameters'], operation.described['shared']]
      .flatMap((each) => (Array.isArray(each) ? each : []))
      .map((each) => this.#resolve(each));
    const { searchParams } = new URL(exchange.path, 'http://api.invalid');
    for (const [name, text] of searchParams) {
      const parameter = parameters.find((each) => each['in'] === 'query' && each['name'] === name);
      if (!parameter) faults.push(`the parameter ${name} is not described`);
      else
        faults.push(
          ...this.#faultsIn(readAs(text, asJson(parameter['schema'])), asJson(parameter['schema'])),
        );
    }
    const body = this.#resolve(operation.described['requestBody']);
    const schema = schemaOf(body);
    if (exchange.body === undefined || exchange.body === '') {
      return body['required'] === true ? [...faults, 'the body is missing'] : faults;
    }
    if (!schema) return [...faults, 'a body is not described'];
    if (exchange.contentType !== 'application/json')
      faults.push(`the type ${exchange.contentType} is not described`);
    const sent = JSON.parse(exchange.body) as unknown;
    const known = Object.keys(asJson(schema['properties']));
    const strange = Object.keys(asJson(sent)).filter((key) => !known.includes(key));
    return [
      ...faults,
      ...strange.map((key) => `the key ${key} is not described`),
      ...this.#faultsIn(sent, schema),
    ];
  }

  /** What an answer does that the description does not allow. Of statuses that it leaves out, `otherwise` names the schema. */
  answerFaults(exchange: Exchange, otherwise: string): readonly string[] {
    const operation = this.#find(exchange);
    const responses = asJson(operation?.described['responses']);
    const response = responses[String(exchange.status)];
    if (response === undefined) {
      if (exchange.status < 300) return [`the status ${exchange.status} is not described`];
      if (exchange.answer === '') return [];
      return this.#faultsIn(JSON.parse(exchange.answer), { $ref: `#/components/schemas/${otherwise}` });
    }
    const schema = schemaOf(this.#resolve(response));
    if (!schema) return exchange.answer === '' ? [] : ['an answer with a body is not described'];
    if (exchange.answer === '') return ['the body is missing'];
    return this.#faultsIn(JSON.parse(exchange.answer), schema);
  }

  #find({ method, path }: Exchange): Operation | undefined {
    const { pathname } = new URL(path, 'http://api.invalid');
    const fitting = (this.#operations.get(method.toLowerCase()) ?? []).filter(({ pattern }) =>
      pattern.test(pathname),
    );
    // Of several the one with the fewest placeholders is meant.
    const placeholders = (template: string): number => template.split('{').length;
    return fitting.toSorted((left, right) => placeholders(left.template) - placeholders(right.template))[0];
  }

  #resolve(value: unknown): Json {
    const { $ref: reference } = asJson(value);
    if (typeof reference !== 'string') return asJson(value);
    const keys = reference.replace(/^#\//, '').split('/');
    return keys.reduce<Json>((place, key) => asJson(place[key]), this.#document);
  }

  #faultsIn(value: unknown, schema: Json): readonly string[] {
    const key = JSON.stringify(schema);
    const known = this.#compiled.get(key);
    const components = { schemas: asJson(this.#document['components'])['schemas'] };
    const validate = known ?? this.#ajv.compile({ ...schema, components });
    this.#compiled.set(key, validate);
    return validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? ''}`);
  }
}

function schemaOf(described: Json): Json | undefined {
  const json = asJson(asJson(described['content'])['application/json']);
  return json['schema'] === undefined ? undefined : asJson(json['schema']);
}

/** The text of a query as the type that it stands for. */
function readAs(text: string, { type }: Json): unknown {
  if (type === 'integer' || type === 'number') return Number(text);
  return type === 'boolean' ? text === 'true' : text;
}

/** OpenAPI 3.0 writes "or null" in a way of its own, which JSON schema knows as a choice. */
function withoutNullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullable);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value as Record<string, unknown>;
  const read = Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, withoutNullable(each)]));
  // A property may be called nullable; then its value is a schema.
  if (typeof nullable === 'object') return { ...read, nullable: withoutNullable(nullable) };
  return nullable === true ? { anyOf: [read, { type: 'null' }] } : read;
}
