import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { METRIC_DEFINITIONS } from '../../../src/instrumentation/metric-definitions.js';
import { Metrics } from '../../../src/platform/metrics.client.js';
import { metricsOf, panelQueries, readDashboard } from './dashboard-queries.js';

const dashboard = readDashboard();
const queries = panelQueries(dashboard);

/** A histogram `x` is queried as `x_bucket`, `x_sum` and `x_count`. */
const seriesOf = (name: string, isHistogram: boolean) =>
  isHistogram ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name];

/** The service's own metrics: those of the process, and those that its sources declare. */
function retuneMetrics(): readonly string[] {
  const ofProcess = new Metrics().registry.getMetricsAsArray().map(({ name }) => name);
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'),
  );
  const declared = sources.flatMap((path) => {
    const text = readFileSync(join('src', path), 'utf8');
    return [...text.matchAll(/\.(counter|gauge|seconds)\(\s*'(retune_\w+)'/g)].flatMap(([, kind, name]) =>
      seriesOf(name as string, kind === 'seconds'),
    );
  });
  return [...ofProcess, ...declared];
}

const known = new Set([
  ...Object.entries(METRIC_DEFINITIONS).flatMap(([name, { type }]) => seriesOf(name, type === 'histogram')),
  ...retuneMetrics(),
]);

describe('the dashboard', () => {
  it.each(queries.map((query) => [`${query.panel} ${query.refId}`, query.expr]))(
    'asks in PromQL: %s',
    (_panel, expr) => {
      expect(metricsOf(expr).error).toBeUndefined();
      expect(metricsOf(expr).metrics).not.toEqual([]);
    },
  );

  it.each(queries.map((query) => [`${query.panel} ${query.refId}`, query.expr]))(
    'names metrics that exist: %s',
    (_panel, expr) => {
      expect(metricsOf(expr).metrics.filter((name) => !known.has(name))).toEqual([]);
    },
  );

  it.each(Object.keys(METRIC_DEFINITIONS))('shows %s', (name) => {
    const shown = new Set(queries.flatMap(({ expr }) => metricsOf(expr).metrics));
    expect(['', '_bucket', '_count'].some((suffix) => shown.has(name + suffix))).toBe(true);
  });

  it('explains every panel, asks in every panel, and asks the provisioned data source', () => {
    const panels = dashboard.panels.filter(({ type }) => type !== 'row');
    expect(panels.filter(({ description, targets }) => !description || targets.length === 0)).toEqual([]);
    const sources = panels.flatMap(({ datasource, targets }) => [
      datasource?.uid,
      ...targets.map((one) => one.datasource.uid),
    ]);
    const provisioned = readFileSync('deploy/grafana/provisioning/datasources/prometheus.yml', 'utf8');
    expect(new Set(sources)).toEqual(new Set(['prometheus']));
    expect(provisioned).toContain('uid: prometheus');
  });

  it('lays its panels side by side without overlap', () => {
    const cells = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      expect([title, gridPos.x + gridPos.w <= 24]).toEqual([title, true]);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect([title, cells.has(`${x}/${y}`)]).toEqual([title, false]);
          cells.add(`${x}/${y}`);
        }
      }
    }
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });
});

describe('the reader of queries', () => {
  it('finds names and faults', () => {
    expect(metricsOf('sum by (le) (rate(a_bucket{x="y"}[5m])) / b')).toEqual({ metrics: ['a_bucket', 'b'] });
    expect(metricsOf('sum(rate(a[5m])').error).toMatch(/^at /);
  });
});
