import { beforeAll, expect, it } from '@jest/globals';
import { type Comparison, compare, TOLERANCE_MS } from '../fixtures/alertmanager-differential/compare.js';
import { observe, type ObservedScenario } from '../fixtures/alertmanager-differential/observe.js';
import { SCENARIOS } from '../fixtures/alertmanager-differential/scenarios.js';
import { alertmanagerVersion } from '../fixtures/alertmanager-differential/versions.js';
import { describeWith } from '../support/binaries.js';

describeWith(
  ['alertmanager'],
  'Retune beside Alertmanager, with the same configurations and the same alerts',
  () => {
    const compared = new Map<string, Comparison>();
    const observed = new Map<string, ObservedScenario>();

    beforeAll(async () => {
      const version = alertmanagerVersion();
      const compareOne = ({ theirs, ours, scenario }: ObservedScenario): Comparison =>
        compare(theirs, ours, scenario.known ?? [], version);
      const differ = (one: ObservedScenario): boolean => compareOne(one).differences.length > 0;
      for (const one of await observe(SCENARIOS, version, differ)) {
        observed.set(one.scenario.name, one);
        compared.set(one.scenario.name, compareOne(one));
      }
      const all = [...compared.values()];
      const told = all.reduce((sum, { notifications }) => sum + notifications, 0);
      const apart = Math.max(...all.map((one) => one.apart));
      process.stdout.write(
        `Alertmanager ${version}: ${all.length} configurations, ${told} notifications, at most ${apart} ms apart\n`,
      );
    }, 900_000);

    it.each(SCENARIOS.map(({ name }) => name))('%s', (name) => {
      const { differences, apart } = compared.get(name) as Comparison;
      expect(differences.join('\n')).toBe('');
      expect(apart).toBeLessThanOrEqual(TOLERANCE_MS);
      const { kept, theirs } = observed.get(name) as ObservedScenario;
      expect(kept.ours).toEqual(kept.theirs);
      expect(theirs.length).toBeGreaterThan(0);
    });

    it('went through every reason to tell and every edit of silences', () => {
      const all = [...observed.values()];
      const reasons = new Set(all.flatMap(({ ours }) => ours.map(({ body }) => body.notification_reason)));
      expect(reasons).toEqual(
        new Set([
          'all alerts resolved',
          'first notification',
          'new alerts added',
          'repeat interval elapsed',
          'some alerts resolved',
        ]),
      );
      expect(new Set(all.flatMap(({ kept }) => kept.theirs))).toEqual(new Set([true, false]));
      expect(SCENARIOS.length).toBeGreaterThanOrEqual(25);
    });
  },
);
