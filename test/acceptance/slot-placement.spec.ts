import { expect, it } from '@jest/globals';
import { slotOffset } from '../../src/evaluation/slots.js';
import { describeWith } from '../support/binaries.js';
import { eventually } from '../support/eventually.js';
import { MetricSource } from '../support/metric-source.js';
import { startPrometheus } from '../support/prometheus.js';
import { startRetune } from '../support/retune.js';

interface Rules {
  readonly groups: readonly {
    readonly name: string;
    readonly lastEvaluation?: string;
  }[];
}

const RULES = `
groups:
  - { name: placed, interval: 1s, rules: [{ alert: A, expr: 'test_value > 10' }] }
  - { name: rated, interval: 2s, rules: [{ alert: B, expr: 'sum(rate(test_value[10s])) > 10' }] }
  - { name: hashed, interval: 1s, retune: { slots: hash }, rules: [{ alert: C, expr: 'test_value > 10' }] }
`;

// That a move skips no slot is held by test/contract/evaluation, where the clock is set: here a busy machine may.
describeWith(['prometheus'], 'the slots of groups', () => {
  it('come to lie shortly behind the scrape they depend on, unless they are to stay where they are', async () => {
    const source = await MetricSource.start();
    source.set('test_value', {}, 1);
    const prometheus = await startPrometheus({ scrapeTargets: [source.target], scrapeInterval: '1s' });
    const retune = await startRetune({ prometheusUrl: prometheus.url, rules: RULES });
    const behind = async (name: string): Promise<number> => {
      const [sample] = await prometheus.query('timestamp(test_value)');
      const { groups } = await retune.get<Rules>('/api/rules');
      const slot = groups.find((group) => group.name === name)?.lastEvaluation;
      const late = Date.parse(slot ?? '') - Math.round((sample?.value ?? Number.NaN) * 1000);
      return ((late % 1000) + 1000) % 1000;
    };
    for (const name of ['placed', 'rated']) {
      await eventually(async () => {
        const late = await behind(name);
        expect(late).toBeGreaterThanOrEqual(40);
        expect(late).toBeLessThan(350);
      }, 20_000);
    }
    const { groups } = await retune.get<Rules>('/api/rules');
    const hashed = groups.find(({ name }) => name === 'hashed');
    expect(Date.parse(hashed?.lastEvaluation ?? '') % 1000).toBe(slotOffset('rules.yml;hashed', 1000));
  }, 90_000);
});
