import { describe, expect, it } from '@jest/globals';
import { firstModel, startServer } from './server.js';
import { dueRequests, plannedMode } from './traffic-mode.js';
import { startTraffic, type TrafficCounts } from './traffic.js';

describe('the traffic plan', () => {
  it.each([
    ['healthy at the start', { ending: 'shifted', healthyForMs: 60_000 }, 0, 'healthy'],
    ['healthy until the moment comes', { ending: 'shifted', healthyForMs: 60_000 }, 59_999, 'healthy'],
    ['changed from that moment on', { ending: 'no_gain', healthyForMs: 60_000 }, 60_000, 'no_gain'],
    ['changed at once when told so', { ending: 'bad_data', healthyForMs: 0 }, 0, 'bad_data'],
    ['healthy for ever without a moment', { ending: 'shifted', healthyForMs: undefined }, 1e12, 'healthy'],
  ] as const)('is %s', (_what, plan, elapsed, mode) => {
    expect(plannedMode(plan, elapsed)).toBe(mode);
  });

  it.each([
    ['nothing before the first is due', 40, 24, 0, { send: 0, missed: 0 }],
    ['one when one is due', 40, 25, 0, { send: 1, missed: 0 }],
    ['what a late timer owes', 40, 500, 10, { send: 10, missed: 0 }],
    ['a second at most after a standstill', 40, 60_000, 0, { send: 40, missed: 2360 }],
    ['slow rates too', 0.5, 2000, 0, { send: 1, missed: 0 }],
    ['nothing when ahead', 40, 0, 3, { send: 0, missed: 0 }],
  ])('owes %s', (_what, rate, elapsed, scheduled, due) => {
    expect(dueRequests(rate, elapsed, scheduled)).toEqual(due);
  });
});

describe('traffic over the wire', () => {
  it('is answered and labelled, turns when told to, and then the model is wrong', async () => {
    const server = await startServer({
      host: '127.0.0.1',
      port: 0,
      model: firstModel('iris-classifier', 1, new Date()),
    });
    const modes: string[] = [];
    const traffic = await startTraffic({
      host: '127.0.0.1',
      port: 0,
      target: server.url,
      rate: 60,
      labelDelayMs: 1,
      seed: 2,
      plan: { ending: 'shifted', healthyForMs: undefined },
      onMode: (mode) => modes.push(mode),
    });
    const status = async () =>
      (await (await fetch(`${traffic.url}/status`)).json()) as TrafficCounts & { mode: string };
    const labelled = async (least: number) => {
      for (;;) {
        const now = await status();
        if (now.labelled >= least) return now;
        await new Promise((resolve) => {
          setTimeout(resolve, 20);
        });
      }
    };
    try {
      const healthy = await labelled(80);
      expect(healthy.agreed / healthy.labelled).toBeGreaterThan(0.9);
      const told = await fetch(`${traffic.url}/mode`, { method: 'POST', body: '{"mode":"shifted"}' });
      expect(await told.json()).toEqual({ mode: 'shifted' });
      const turned = await labelled((await status()).labelled + 20);
      const later = await labelled(turned.labelled + 80);
      expect((later.agreed - turned.agreed) / (later.labelled - turned.labelled)).toBeLessThan(0.85);
      expect([modes, later.mode, later.failed, later.refused]).toEqual([['shifted'], 'shifted', 0, 0]);
      expect((await fetch(`${traffic.url}/mode`, { method: 'POST', body: '{"mode":"wild"}' })).status).toBe(
        422,
      );
    } finally {
      await traffic.close();
      await server.close();
    }
  }, 60_000);
});
