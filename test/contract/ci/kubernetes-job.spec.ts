import { describe, expect, it } from '@jest/globals';
import { KubernetesJobConfig } from '../../../src/retraining/ci/kubernetes-job/config.js';
import { kubernetesJob } from '../../../src/retraining/ci/kubernetes-job/index.js';
import { GONE, job, kubernetesJob as setup } from './setup-kubernetes-job.js';
import { ID, SINCE, ok, request, routes, startFrame } from './setup.js';

const frame = startFrame();
const { io } = frame;
const config = () => KubernetesJobConfig.parse(setup.config(frame.server.url));
const JOBS = '/apis/batch/v1/namespaces/training/jobs';

describe('kubernetes_job', () => {
  it('adopts the job that has its name already', async () => {
    frame.server.otherwise(
      routes({ POST: { status: 409, body: { reason: 'AlreadyExists' } }, GET: ok(job()) }),
    );
    expect(await kubernetesJob.trigger(request, config(), io)).toMatchObject({
      kind: 'triggered',
      adopted: true,
      ref: { id: ID },
    });
  });

  it('is found by its label', async () => {
    frame.server.otherwise(ok({ items: [job()] }));
    await kubernetesJob.find?.(ID, SINCE, config(), io);
    const { searchParams } = new URL(frame.server.requests[0]?.path ?? '', 'http://x');
    expect(searchParams.get('labelSelector')).toBe(`retune-correlation-id=${ID}`);
  });

  it('is cancelled when it is gone, and then has nothing to be cancelled', async () => {
    frame.server.otherwise(GONE);
    expect(await kubernetesJob.status({ id: ID }, ID, config(), io)).toMatchObject({ state: 'cancelled' });
    expect(await kubernetesJob.cancel?.({ id: ID }, config(), io)).toBe('already_finished');
  });

  it('is not gone because its namespace is, or because some proxy says 404', async () => {
    for (const details of [{ kind: 'namespaces' }, undefined]) {
      frame.server.otherwise({ status: 404, body: { kind: 'Status', reason: 'NotFound', details } });
      expect(await kubernetesJob.status({ id: ID }, ID, config(), io)).toMatchObject({ state: 'unknown' });
    }
  });

  it('has nothing to cancel when it went between the two calls', async () => {
    frame.server.otherwise(routes({ GET: ok(job({ active: 1 })), DELETE: GONE }));
    expect(await kubernetesJob.cancel?.({ id: ID }, config(), io)).toBe('already_finished');
  });

  it('is judged before the first run without being stored', async () => {
    frame.server.otherwise(setup.preflight.fine);
    await kubernetesJob.preflight?.(config(), io);
    const [dryRun, ...reviews] = frame.server.requests;
    expect(dryRun?.path).toBe(`${JOBS}?dryRun=All`);
    expect(dryRun?.body).toContain('"name":"retune-preflight"');
    const verbs = reviews.map(({ body }) => /"verb":"(\w+)"/.exec(body)?.[1]);
    expect(verbs).toEqual(['get', 'list', 'delete']);
  });
});
