import { describe, expect, it } from '@jest/globals';
import { JenkinsConfig } from '../../../src/retraining/ci/jenkins/config.js';
import { jenkins } from '../../../src/retraining/ci/jenkins/index.js';
import { build, job } from './setup-jenkins.js';
import { ID, SINCE, TOKEN, ok, request, routes, startFrame } from './setup.js';

const frame = startFrame();
const { io } = frame;
const config = () =>
  JenkinsConfig.parse({ url: frame.server.url, job: 'iris/retrain', user: 'retune', token: TOKEN });
const sent = frame.asked;

describe('jenkins', () => {
  it('adopts the identical item that waits already, and does not follow the redirect to it', async () => {
    frame.server.otherwise({ status: 303, headers: { location: '/queue/item/42/' } });
    expect(await jenkins.trigger(request, config(), io)).toMatchObject({
      kind: 'triggered',
      adopted: true,
      ref: { id: '42' },
    });
    expect(frame.server.requests).toHaveLength(1);
  });

  it('searches for a build that was queued without a word where', async () => {
    frame.server.otherwise({ status: 201 });
    expect(await jenkins.trigger(request, config(), io)).toEqual({ kind: 'triggered', adopted: false });
  });

  it('is followed from the queue to its build, and asks for the build only from then on', async () => {
    frame.server.otherwise(routes({ '/queue/item/42/': ok({ why: 'Waiting for next available executor' }) }));
    const waiting = await jenkins.status({ id: '42' }, ID, config(), io);
    expect(waiting).toMatchObject({
      state: 'queued',
      detail: 'Waiting for next available executor',
      ref: { id: '42' },
    });
    frame.server.otherwise(
      routes({ '/queue/item/42/': ok({ executable: { number: 17 } }), '/17/api/json': ok(build()) }),
    );
    const running = await jenkins.status(waiting.ref ?? { id: '' }, ID, config(), io);
    expect(running).toMatchObject({
      state: 'running',
      ref: { id: '42', url: 'https://ci.example/job/iris/job/retrain/17/' },
    });
    frame.server.requests.length = 0;
    frame.server.otherwise(routes({ '/17/api/json': ok(build({ building: false, result: 'SUCCESS' })) }));
    expect(await jenkins.status(running.ref ?? { id: '' }, ID, config(), io)).toMatchObject({
      state: 'succeeded',
    });
    expect(sent()).toEqual(['GET /job/iris/job/retrain/17/api/json']);
  });

  it.each<[string, object]>([
    ['its queue id', build({ building: false, result: 'SUCCESS', actions: [] })],
    ['its parameter', build({ building: false, result: 'SUCCESS', queueId: 43 })],
  ])('finds the build of a forgotten queue item by %s', async (_what, found) => {
    const other = build({ queueId: 7, actions: [] });
    frame.server.otherwise(routes({ '/job/iris/job/retrain/api/json': ok(job([other, found])) }));
    expect(await jenkins.status({ id: '42' }, ID, config(), io)).toMatchObject({ state: 'succeeded' });
  });

  it('knows nothing of a run that neither queue nor builds show', async () => {
    frame.server.otherwise(
      routes({ '/job/iris/job/retrain/api/json': ok(job([build({ queueId: 7, actions: [] })])) }),
    );
    expect(await jenkins.status({ id: '42' }, ID, config(), io)).toMatchObject({ state: 'unknown' });
  });

  it('is not fooled by a build of the same number that came from another request', async () => {
    frame.server.otherwise(
      routes({ '/17/api/json': ok(build({ queueId: 99, building: false, result: 'SUCCESS' })) }),
    );
    const ref = { id: '42', url: 'https://ci.example/job/iris/job/retrain/17/' };
    expect(await jenkins.status(ref, ID, config(), io)).toMatchObject({ state: 'unknown' });
  });

  it('takes an item out of the queue', async () => {
    frame.server.otherwise(
      routes({ 'GET /queue/item/42/': ok({ why: 'x' }), 'POST /queue/cancelItem?id=42': { status: 204 } }),
    );
    expect(await jenkins.cancel?.({ id: '42' }, config(), io)).toBe('requested');
  });

  it('finds what waits and what is built, each once, oldest first', async () => {
    const items = [
      { id: 44, params: `\nCORRELATION_ID=${ID}\nMODEL=iris` },
      { id: 43, params: `\nCORRELATION_ID=${ID}` },
      { id: 45, params: `\nCORRELATION_ID=${ID}0` },
    ];
    frame.server.otherwise(
      routes({ '/queue/api/json': ok({ items }), '/api/json': ok(job([build({ queueId: 43 }), build()])) }),
    );
    const found = await jenkins.find?.(ID, SINCE, config(), io);
    expect(found?.map(({ id, url }) => [id, url?.replace(frame.server.url, '')])).toEqual([
      ['42', 'https://ci.example/job/iris/job/retrain/17/'],
      ['43', 'https://ci.example/job/iris/job/retrain/17/'],
      ['44', '/queue/item/44/'],
    ]);
    expect(sent()).toEqual(['GET /queue/api/json', 'GET /job/iris/job/retrain/api/json']);
  });

  it('proves nothing by a search in a job that drops the correlation id', async () => {
    frame.server.otherwise(
      routes({ '/queue/api/json': ok({ items: [] }), '/api/json': ok(job([], { property: [] })) }),
    );
    await expect(jenkins.find?.(ID, SINCE, config(), io)).rejects.toThrow(
      'does not declare the parameter CORRELATION_ID',
    );
  });

  it('reads on until it is past the time of the request', async () => {
    const page = (time: string) =>
      ok(
        job(
          Array.from({ length: 100 }, () => build({ queueId: 7, actions: [], timestamp: Date.parse(time) })),
        ),
      );
    frame.server.next(ok({ items: [] }), page('2026-03-10T12:30:00Z'), ok(job([build()])));
    expect(await jenkins.find?.(ID, SINCE, config(), io)).toMatchObject([{ id: '42' }]);
    expect(decodeURIComponent(frame.server.requests.at(-1)?.path ?? '')).toMatch(/\{100,200\}$/);
    frame.server.next(ok({ items: [] }), page('2026-03-10T11:00:00Z'));
    expect(await jenkins.find?.(ID, SINCE, config(), io)).toEqual([]);
    frame.server.next(ok({ items: [] }));
    frame.server.otherwise(page('2026-03-10T12:30:00Z'));
    await expect(jenkins.find?.(ID, SINCE, config(), io)).rejects.toThrow('more than 1000 builds');
  });
});
