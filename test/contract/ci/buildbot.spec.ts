import { describe, expect, it } from '@jest/globals';
import { BuildbotConfig } from '../../../src/retraining/ci/buildbot/config.js';
import { buildbot } from '../../../src/retraining/ci/buildbot/index.js';
import { buildRequest, buildbot as setup, listed, scheduler } from './setup-buildbot.js';
import { ID, NOW, SINCE, TOKEN, ok, request, routes, startFrame } from './setup.js';

const frame = startFrame();
const { io } = frame;
const config = (more: object = {}) => BuildbotConfig.parse({ ...setup.config(frame.server.url), ...more });

describe('buildbot', () => {
  it('sends a user name and a password as they are asked for by a proxy', async () => {
    const basic = Buffer.from('retune:PATHSECRET').toString('base64');
    frame.server.next({ status: 401, body: { error: `${basic} or PATHSECRET?` } });
    const proxied = BuildbotConfig.parse({
      url: `${frame.server.url}/ci/`,
      scheduler: 'retrain',
      builder: 'train',
      username: 'retune',
      password: 'PATHSECRET',
    });
    const refused = await buildbot.trigger(request, proxied, io);
    expect(frame.server.requests[0]).toMatchObject({
      path: '/ci/api/v2/forceschedulers/retrain',
      headers: { authorization: `Basic ${basic}` },
    });
    expect(JSON.stringify(refused)).not.toMatch(new RegExp(`${basic}|PATHSECRET`));
  });

  it('does not believe a success whose version it could not read', async () => {
    frame.server.next(listed('buildrequests', buildRequest(true, 0)), { status: 502 });
    expect(await buildbot.status({ id: '42' }, ID, config(), io)).toMatchObject({ state: 'unknown' });
  });

  it('takes no page of a proxy for a wish that was heard', async () => {
    frame.server.otherwise({ status: 200, body: '<html>log in</html>' });
    await expect(buildbot.cancel?.({ id: '42' }, config(), io)).rejects.toThrow('cancelling in Buildbot');
  });

  it('cancels what it can be told of although it cannot be read', async () => {
    frame.server.otherwise(
      routes({ 'POST /api/v2/buildrequests/42': ok({ jsonrpc: '2.0', id: 1, result: null }) }),
    );
    expect(await buildbot.cancel?.({ id: '42' }, config(), io)).toBe('requested');
  });

  it('takes the address of a request’s page from a person', async () => {
    frame.server.otherwise(setup.status('running'));
    const ref = { id: 'https://ci.example/#/buildrequests/42' };
    expect(await buildbot.status(ref, ID, config(), io)).toMatchObject({
      state: 'running',
      ref: { id: '42' },
    });
    expect(await buildbot.status({ id: '../../secrets' }, ID, config(), io)).toMatchObject({
      state: 'unknown',
    });
  });

  it('reads on until it is past the time of the request', async () => {
    const page = (submitted_at: number) => {
      const stranger = { ...buildRequest(false, -1, 'x'), submitted_at };
      return listed('buildrequests', ...Array.from({ length: 200 }, () => stranger));
    };
    frame.server.next(page(NOW.getTime() / 1000), setup.found);
    expect(await buildbot.find?.(ID, SINCE, config(), io)).toMatchObject([{ id: '42' }]);
    expect(frame.server.requests.map(({ path }) => /offset=\d+/.exec(path)?.[0])).toEqual([
      'offset=0',
      'offset=200',
    ]);
    frame.server.otherwise(page(NOW.getTime() / 1000));
    await expect(buildbot.find?.(ID, SINCE, config(), io)).rejects.toThrow('more than 5000 requests');
  });

  it('gives several requests of one run each once, oldest first', async () => {
    const of = (id: number) => ({ ...buildRequest(false, -1), buildrequestid: id });
    frame.server.next(listed('buildrequests', of(44), of(43), of(43)));
    expect(await buildbot.find?.(ID, SINCE, config(), io)).toMatchObject([{ id: '43' }, { id: '44' }]);
  });

  it('takes nothing for not there when the scheduler does not keep the correlation id', async () => {
    const forgetful = scheduler({ all_fields: [{ fullName: 'model' }] });
    frame.server.otherwise(
      routes({
        'GET /api/v2/buildrequests?': listed('buildrequests', buildRequest(false, -1, 'rt-other')),
        'GET /api/v2/forceschedulers/retrain': listed('forceschedulers', forgetful),
      }),
    );
    await expect(buildbot.find?.(ID, SINCE, config(), io)).rejects.toThrow(
      'expected a parameter correlation_id of retrain',
    );
  });

  it('tells that nobody is there to do the work, and says nothing of what it may not read', async () => {
    const fine = listed('forceschedulers', scheduler());
    const told = async (answers: Readonly<Record<string, ReturnType<typeof listed>>>) => {
      frame.server.otherwise(routes({ 'GET /api/v2/forceschedulers/retrain': fine, ...answers }));
      return (await buildbot.preflight?.(config(), io))?.map(({ what }) => what.split(':')[0]);
    };
    const note = 'whether the credentials may force and cancel builds shows only when one is started';
    const builders = listed('builders', { builderid: 1 });
    expect(
      await told({ 'GET /api/v2/builders?name=train': builders, 'GET /api/v2/workers': listed('workers') }),
    ).toEqual(['no worker of train is connected', note]);
    expect(await told({ 'GET /api/v2/builders?name=train': builders })).toEqual([note]);
    expect(frame.server.requests.at(-1)?.headers['authorization']).toBe(`Bearer ${TOKEN}`);
  });
});
