import type { CiProvider } from '../ci-provider.js';
import { GithubConfig } from './config.js';

/** GitHub Actions, on github.com and on GitHub Enterprise Server. */
export const github: CiProvider<'github', GithubConfig> = {
  type: 'github',
  summary: 'a GitHub Actions workflow, started by workflow_dispatch',
  Config: GithubConfig,
  idempotency: 'searchable',
  settleMs: 90_000,
  trigger: () => Promise.reject(new Error('not yet')),
  status: () => Promise.reject(new Error('not yet')),
};
