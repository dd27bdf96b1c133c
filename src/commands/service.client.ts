import { readFile } from 'node:fs/promises';
import { parseEnvironment } from '../settings/parse-environment.js';
import { formatIssue } from '../settings/config-issue.js';

const ANSWER_WITHIN_MS = 10_000;

/** Where the running service is, and what opens it. */
export interface ServiceAddress {
  readonly url: string;
  readonly token?: string;
}

/** What the service answered, or a sentence that says why it did not. `status` is absent when nothing answered. */
export type ServiceAnswer<Body> =
  | { readonly ok: true; readonly body: Body }
  | { readonly ok: false; readonly status?: number; readonly why: string };

/** The service that `url` names, or else the environment's, with the environment's token. An error is a sentence. */
export async function serviceAddress(
  url: unknown,
  env: NodeJS.ProcessEnv,
): Promise<ServiceAddress | { readonly error: string }> {
  const parsed = parseEnvironment(env, { isTty: false });
  if (!parsed.ok) return { error: parsed.issues.map(formatIssue).join('\n') };
  const { externalUrl, apiToken } = parsed.environment;
  const named = typeof url === 'string' ? url : externalUrl;
  if (!/^https?:\/\/[^/]/.test(named))
    return { error: `expected an address such as http://127.0.0.1:8686, got ${JSON.stringify(named)}` };
  const token = await apiToken?.reveal((path) => readFile(path, 'utf8'));
  return { url: named.replace(/\/+$/, ''), ...(token === undefined ? {} : { token }) };
}

/** One request to the API; with `body`, a POST. */
export async function askService<Body>(
  { url, token }: ServiceAddress,
  path: string,
  body?: object,
): Promise<ServiceAnswer<Body>> {
  try {
    const answer = await fetch(url + path, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const { status } = answer;
    if (status === 401) return { ok: false, status, why: `${url} wants a token: set RETUNE_API_TOKEN` };
    const read: unknown = await answer.json().catch(() => undefined);
    if (answer.ok && read !== undefined) return { ok: true, body: read as Body };
    const message = (read as { readonly message?: unknown } | undefined)?.message;
    const said = typeof message === 'string' ? message : '';
    if (answer.ok || (status === 404 && said.startsWith('Cannot ')))
      return { ok: false, status, why: `${url} is not Retune, or an older one: it does not know ${path}` };
    return { ok: false, status, why: said === '' ? `${url} answered ${status}` : said };
  } catch (error) {
    // fetch says no more than that it failed; the cause says why.
    const { message, cause } = error as Error & { readonly cause?: { readonly message?: string } };
    return {
      ok: false,
      why: `${url} does not answer: ${cause?.message || message}; is Retune running there? --url names another address`,
    };
  }
}
