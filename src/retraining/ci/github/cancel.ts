import { sayAnswer } from '../answer.js';
import type { CiIo, CiRef } from '../ci-provider.js';
import { githubApi } from './api.js';
import type { GithubConfig } from './config.js';
import { runIdOf } from './status.js';

/**
 * Asks GitHub to stop a run: 202 it will, 409 it is over. A run that is stuck answers 5xx; that one is stopped by force, which skips
 * its `always()` steps and which older Enterprise Servers do not know.
 */
export async function cancelGithub(
  ref: CiRef,
  config: GithubConfig,
  io: CiIo,
): Promise<'requested' | 'already_finished'> {
  const id = runIdOf(ref);
  if (!id) throw new Error(`cancelling in GitHub: expected the id of a run, got ${ref.id}`);
  const api = await githubApi(config, io);
  const polite = await api.call('POST', `/actions/runs/${id}/cancel`);
  const stuck = polite.kind === 'answer' && polite.status >= 500;
  const forced = stuck ? await api.call('POST', `/actions/runs/${id}/force-cancel`) : polite;
  const result = forced.kind === 'answer' && forced.status !== 404 ? forced : polite;
  if (result.kind === 'failure') throw new Error(`cancelling in GitHub: ${result.detail}`);
  if (result.status === 202) return 'requested';
  if (result.status === 409) return 'already_finished';
  throw new Error(`cancelling in GitHub: ${sayAnswer(result, api.secrets)}`);
}
