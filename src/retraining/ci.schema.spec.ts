import { describe, it, expect } from '@jest/globals';
import { CiTargets, compileCiTarget } from './ci.schema.js';

const github = { repo: 'flowers/iris', workflow: 'retrain.yml', token_file: '/run/secrets/github' };
const errors = (value: unknown): readonly string[] =>
  (CiTargets.safeParse(value).error?.issues ?? []).map(
    (issue) => `${issue.path.join('.')}: ${issue.message}`,
  );

describe('CiTargets', () => {
  it('gives a target its provider and the config with its defaults', () => {
    const [target] = CiTargets.parse([{ name: 'flowers-train', github }]).map(compileCiTarget);
    expect(target?.name).toBe('flowers-train');
    expect(target?.provider.type).toBe('github');
    expect(target?.config).toMatchObject({ ref: 'main', api_url: 'https://api.github.com', inputs: {} });
  });

  it.each<[string, unknown, string]>([
    [
      'no provider',
      [{ name: 'a' }],
      '0: expected exactly one of airflow, argo_workflows, buildbot, buildkite, github, gitlab, jenkins, kubernetes_job, webhook, got none',
    ],
    [
      'two providers',
      [{ name: 'a', github, webhook: { url: 'https://x.example', secret_file: '/s' } }],
      '0: expected exactly one of airflow, argo_workflows, buildbot, buildkite, github, gitlab, jenkins, kubernetes_job, webhook, got github and webhook',
    ],
    [
      'no token',
      [{ name: 'a', github: { ...github, token_file: undefined } }],
      '0.github.token_file: expected token_file (a path) or token, got neither',
    ],
    [
      'a repository without its owner',
      [{ name: 'a', github: { ...github, repo: 'iris' } }],
      '0.github.repo: expected a repository such as flowers/iris',
    ],
    [
      'an input that every run sets',
      [{ name: 'a', github: { ...github, inputs: { model: 'x' } } }],
      '0.github.inputs.model: expected another name than model, which every run sets itself',
    ],
    [
      'a signing secret that is no base64',
      [{ name: 'a', webhook: { url: 'https://x.example', secret: 'hunter2!' } }],
      '0.webhook.secret: expected whsec_ and the base64 of 24 to 64 random bytes',
    ],
  ])('refuses %s', (_what, value, message) => {
    expect(errors(value)).toContain(message);
  });
});
