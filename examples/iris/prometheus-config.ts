import { parse, stringify } from 'yaml';
import { z } from 'zod';

const ScrapeConfig = z.looseObject({
  job_name: z.string(),
  static_configs: z.array(z.looseObject({ targets: z.array(z.string()) })),
});
const Config = z.looseObject({ scrape_configs: z.array(ScrapeConfig) });

/**
 * A Prometheus configuration for processes on this machine: the text of `deploy/prometheus.yml` with the address
 * (`host:port`) of each job replaced. Jobs without an address, rule files and Alertmanagers are left out, because their
 * addresses belong to the containers. `scrapeInterval` is a Prometheus duration, the
 * file's own unless given; Prometheus wants the timeout no longer than that, so it becomes the timeout as well.
 * Throws a ZodError when the text is no such configuration, and a RangeError on an address for a job that is not in it.
 */
export function localPrometheusConfig(
  deployed: string,
  addressByJob: Readonly<Record<string, string>>,
  scrapeInterval?: string,
): string {
  const { rule_files: _rules, alerting: _alerting, ...config } = Config.parse(parse(deployed));
  const jobs = config.scrape_configs.map((job) => job.job_name);
  const unknown = Object.keys(addressByJob).find((job) => !jobs.includes(job));
  if (unknown !== undefined)
    throw new RangeError(`expected one of the jobs ${jobs.join(', ')}, got ${unknown}`);
  const global = {
    ...(config.global as object | undefined),
    ...(scrapeInterval && { scrape_interval: scrapeInterval, scrape_timeout: scrapeInterval }),
  };
  return stringify({
    ...config,
    global,
    scrape_configs: config.scrape_configs.flatMap((job) => {
      const address = addressByJob[job.job_name];
      if (address === undefined) return [];
      return [{ ...job, static_configs: job.static_configs.map((one) => ({ ...one, targets: [address] })) }];
    }),
  });
}
