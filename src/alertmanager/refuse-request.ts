import { explainJson } from './explain-json.js';
import { misshapen, type Refusal, refuseByFramework, unparsable } from './refusal.js';

/** A request that ended before any of our code saw it: nothing answers to it, or its body cannot be read. */
export interface FailedRequest {
  readonly method: string;
  /** Without the prefix in front of the API, and without a query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | undefined;
  /** As it arrived; absent when there was none. */
  readonly body: string | undefined;
}

interface Endpoint {
  readonly path: RegExp;
  readonly methods: readonly string[];
  /** What Alertmanager's framework calls the body. */
  readonly body?: string;
}

/** Paths of API v2, under `/api/v2`. */
const ENDPOINTS: readonly Endpoint[] = [
  { path: /^\/alerts$/, methods: ['GET', 'POST'], body: 'alerts' },
  { path: /^\/alerts\/groups$/, methods: ['GET'] },
  { path: /^\/silences$/, methods: ['POST', 'GET'], body: 'silence' },
  { path: /^\/silence\/[^/]+$/, methods: ['GET', 'DELETE'] },
  { path: /^\/receivers$/, methods: ['GET'] },
  { path: /^\/status$/, methods: ['GET'] },
];

const API = '/api/v2';
const MANAGEMENT: Readonly<Record<string, readonly string[]>> = {
  '/-/healthy': ['GET', 'HEAD'],
  '/-/ready': ['GET', 'HEAD'],
  '/-/reload': ['POST'],
};

/** The refusal of a body that is not JSON by its type; undefined when it may be read. Without a body the type is of no matter. */
export function refuseMediaType(contentType: string | undefined, hasBody: boolean): Refusal | undefined {
  const type = (contentType || 'application/octet-stream').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!hasBody || type === 'application/json') return undefined;
  const message = `unsupported media type ${JSON.stringify(type)}, only [application/json] are allowed`;
  return refuseByFramework(415, message);
}

/**
 * What Alertmanager answers to a request that failed so; undefined when the path is none of its own, or when it has no
 * words for what happened.
 */
export function refuseRequest(request: FailedRequest): Refusal | undefined {
  const { method, path, status } = request;
  const managed = MANAGEMENT[path];
  if (managed) {
    if (status !== 404 || managed.includes(method)) return undefined;
    return { status: 405, plain: 'Method Not Allowed', allow: managed };
  }
  if (path !== API && !path.startsWith(`${API}/`)) return undefined;
  const endpoint = ENDPOINTS.find((one) => one.path.test(path.slice(API.length)));
  if (status === 404) {
    if (!endpoint) return refuseByFramework(404, `path ${path} was not found`);
    if (endpoint.methods.includes(method)) return undefined;
    const message = `method ${method} is not allowed, but [${endpoint.methods.join(',')}] are`;
    return { ...refuseByFramework(405, message), allow: endpoint.methods };
  }
  const name = endpoint?.body;
  if (name === undefined) return undefined;
  if (status === 415) return refuseMediaType(request.contentType, true);
  return status === 400 ? refuseBody(name, request) : undefined;
}

function refuseBody(name: string, { body = '', contentType }: FailedRequest): Refusal | undefined {
  const byType = refuseMediaType(contentType, body !== '');
  if (byType) return byType;
  if (body.trim() === '') return misshapen(602, `${name} in body is required`);
  const why = explainJson(body);
  return why === undefined ? undefined : unparsable(name, why);
}
