import { describe, expect, it } from '@jest/globals';
import type { CiStatus, RunRequest } from '../ci-provider.js';
import { KubernetesJobConfig } from './config.js';
import { emptyJobBody, jobBody } from './payload.js';
import { jobNameOf, jobStatus } from './status.js';

const request: RunRequest = {
  correlationId: 'rt-1',
  model: 'iris-$(TOKEN)',
  reason: { kind: 'accuracy', summary: '$(TOKEN) costs $$', requestedBy: 'policy:iris' },
  evidence: [],
  windows: { drifted: { from: 'a', to: 'b' }, training: { from: 'a', to: 'b' } },
  links: {},
  deadline: 'c',
  requestedAt: 'd',
};
const BASE = {
  url: 'https://kubernetes.default.svc',
  namespace: 'training',
  token: 's3cret',
  pod: { containers: [{ name: 'train', image: 'x', env: [{ name: 'SIZE', value: 'full' }] }] },
};

describe('KubernetesJobConfig', () => {
  const errors = (more: object): readonly string[] =>
    (KubernetesJobConfig.safeParse({ ...BASE, ...more }).error?.issues ?? []).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  it.each<[string, object, string]>([
    ['no token', { token: undefined }, 'token_file: expected token_file (a path) or token, got neither'],
    ['no container', { pod: { containers: [] } }, 'pod.containers: expected at least one container'],
    ['a namespace that is none', { namespace: 'a/b' }, 'namespace: expected a namespace such as training'],
    [
      'a job that is gone at once',
      { keep: '5m' },
      'keep: expected at least 1h, because a job that is gone before its result was read counts as cancelled',
    ],
  ])('refuses %s', (_what, more, message) => expect(errors(more)).toEqual([message]));
});

describe('jobBody', () => {
  type Spec = {
    spec: Record<string, unknown> & {
      template: {
        spec: Record<string, unknown> & Record<string, { env: { name: string; value: string }[] }[]>;
      };
    };
  };
  const pod = { ...BASE.pod, initContainers: [{ name: 'claim' }], serviceAccountName: 'trainer' };
  const config = KubernetesJobConfig.parse({ ...BASE, pod, timeout: '90s', keep: '2h' });

  it('trains once, for a time, and is kept', () => {
    const { spec } = jobBody(request, config) as unknown as Spec;
    expect(spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 90, ttlSecondsAfterFinished: 7200 });
    expect(spec.template.spec).toMatchObject({ restartPolicy: 'Never', serviceAccountName: 'trainer' });
  });

  it.each(['containers', 'initContainers'])(
    'tells %s of the run, before anything that Kubernetes could mix in',
    (kind) => {
      const { spec } = jobBody(request, config) as unknown as Spec;
      const [env] = (spec.template.spec[kind] as { env: { name: string; value: string }[] }[]).map(
        (each) => each.env,
      );
      const names = env?.map(({ name }) => name);
      expect(names?.slice(0, 3)).toEqual(['CORRELATION_ID', 'MODEL', 'PAYLOAD']);
      expect(names?.slice(3)).toEqual(kind === 'containers' ? ['SIZE'] : []);
      expect(env?.[1]?.value).toBe('iris-$$(TOKEN)');
      expect(env?.[2]?.value).not.toContain('$');
      expect(JSON.parse(env?.[2]?.value ?? '')).toMatchObject({ reason: { summary: '$(TOKEN) costs $$' } });
    },
  );

  it('has a form without a run', () => {
    expect(emptyJobBody(config)).toMatchObject({ metadata: { name: 'retune-preflight' } });
  });
});

describe('jobStatus', () => {
  const condition = (type: string, more: object = {}) => ({
    conditions: [{ type, status: 'True', ...more }],
  });
  it.each<[string, object, object, CiStatus['state'], Partial<CiStatus>?]>([
    ['without a pod', {}, {}, 'queued'],
    ['that is suspended', {}, { suspend: true }, 'queued', { blocked: true }],
    ['with a pod', { active: 1 }, {}, 'running'],
    ['that completed', condition('Complete'), {}, 'succeeded'],
    ['that is about to complete', { active: 1, ...condition('SuccessCriteriaMet') }, {}, 'running'],
    ['that is about to fail', { active: 1, ...condition('FailureTarget') }, {}, 'running'],
    [
      'whose condition does not hold',
      { active: 1, ...condition('Complete', { status: 'False' }) },
      {},
      'running',
    ],
    [
      'that failed',
      condition('Failed', { reason: 'BackoffLimitExceeded', message: 'm' }),
      {},
      'failed',
      { detail: 'm' },
    ],
    ['that ran out of time', condition('Failed', { reason: 'DeadlineExceeded' }), {}, 'timed_out'],
  ])('reads a job %s', (_what, status, spec, state, more = {}) =>
    expect(jobStatus({ metadata: { name: 'rt-1' }, spec, status })).toMatchObject({
      state,
      ref: { id: 'rt-1' },
      ...more,
    }),
  );
  it('reads a job that is being deleted as cancelled', () =>
    expect(
      jobStatus({ metadata: { name: 'rt-1', deletionTimestamp: 'x' }, status: { active: 1 } }).state,
    ).toBe('cancelled'));
  it.each<[string, string | undefined]>([
    ['rt-1', 'rt-1'],
    ['../x', undefined],
    ['', undefined],
  ])('takes %s for the job %s', (id, name) => expect(jobNameOf({ id })).toBe(name));
});
