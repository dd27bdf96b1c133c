import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { localPrometheusConfig } from './prometheus-config.js';

const deployed = readFileSync('deploy/prometheus.yml', 'utf8');

describe('the Prometheus configuration of the demo', () => {
  it('is the deployed one with local addresses, without what belongs to the containers', () => {
    const local = parse(
      localPrometheusConfig(deployed, { retune: '127.0.0.1:1', iris: '127.0.0.1:2' }, '1s'),
    );
    const original = parse(deployed);
    expect(local.global).toEqual({ ...original.global, scrape_interval: '1s', scrape_timeout: '1s' });
    expect(local.rule_files).toBeUndefined();
    expect(local.alerting).toBeUndefined();
    expect(local.scrape_configs).toEqual(
      ['retune', 'iris'].map((job, index) => {
        const config = original.scrape_configs.find((one: { job_name: string }) => one.job_name === job);
        const [first] = config.static_configs;
        return { ...config, static_configs: [{ ...first, targets: [`127.0.0.1:${index + 1}`] }] };
      }),
    );
  });

  it('refuses an address for a job that does not exist', () => {
    expect(() => localPrometheusConfig(deployed, { irsi: '127.0.0.1:1' })).toThrow(
      /^expected one of the jobs .*retune.*, got irsi$/,
    );
  });
});
