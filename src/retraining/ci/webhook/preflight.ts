import { jsonObject, sayAnswer } from '../answer.js';
import { ciApi } from '../ci-api.js';
import type { CiIo, Finding } from '../ci-provider.js';
import type { Secret } from '../../../schema/secret.js';
import { cannotReach, doubtful, seenInstead, unchecked, wrong } from '../look.js';
import { type WebhookConfig, statusUrlOf } from './config.js';
import { signingKey } from './signature.js';
import { bearerOf } from './trigger.js';

/** No run has this id: a run's is `rt-` and 26 letters and digits. */
export const NO_RUN = 'rt-preflight';

/**
 * What can be known of a webhook without posting to it: whether the secret can sign, whether its host answers, and whether `status_url`
 * keeps its promise for a run that does not exist.
 */
export async function preflightWebhook(config: WebhookConfig, io: CiIo): Promise<readonly Finding[]> {
  const secret = await io.reveal((config.secret ?? config.secret_file) as Secret);
  const bearer = await bearerOf(config, io);
  const findings: Finding[] = [];
  if (!signingKey(secret)) {
    const what = 'the signing secret is not whsec_ and the base64 of 24 to 64 bytes';
    findings.push(wrong('secret_unreadable', what, 'make one with: echo "whsec_$(openssl rand -base64 32)"'));
  }
  // Only the root: some hooks start something on any request, whatever its method.
  const { origin } = new URL(config.url);
  const root = await ciApi(origin, {}, [], io).call('GET', '/');
  if (root.kind === 'failure') return [...findings, cannotReach(root.detail)];
  const statusUrl = statusUrlOf(config, NO_RUN);
  if (!statusUrl) {
    const what = 'runs cannot be looked up, so that only their callbacks tell how they fare';
    return [...findings, unchecked(what, 'write a status_url if the target has one')];
  }
  return [...findings, ...(await checkStatusUrl(statusUrl, config, bearer, io))];
}

async function checkStatusUrl(
  url: string,
  config: WebhookConfig,
  bearer: string | undefined,
  io: CiIo,
): Promise<readonly Finding[]> {
  const headers: Record<string, string> = bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` };
  const { origin, pathname, search } = new URL(url);
  const result = await ciApi(origin, headers, [bearer], io).call('GET', `${pathname}${search}`);
  if (result.kind === 'failure') return [{ ...cannotReach(result.detail), severity: 'warning' }];
  if (result.status === 404) return [];
  const said = sayAnswer(result, [bearer]);
  if (result.status === 200 && jsonObject(result.body)) {
    if (!config.searchable_status) return [];
    const what = `status_url answers 200 for ${NO_RUN}, a run that does not exist`;
    return [wrong('not_searchable', what, 'let it answer 404, or leave out searchable_status')];
  }
  const name = `status_url for ${NO_RUN}, a run that does not exist`;
  const seen = seenInstead(result, [bearer], { name, instead: 'let bearer_token read the status of runs' });
  if (seen.severity === 'error' && !config.searchable_status) {
    return [doubtful(seen.reason, `${name}: ${said}`, seen.instead)];
  }
  return [seen];
}
