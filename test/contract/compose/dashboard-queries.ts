import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { z } from 'zod';

/** What matters here of a dashboard in Grafana's own JSON. */
export const Dashboard = z.looseObject({
  uid: z.string().min(1),
  title: z.string().min(1),
  templating: z.object({ list: z.array(z.looseObject({ name: z.string() })) }),
  panels: z.array(
    z.looseObject({
      id: z.int(),
      type: z.string(),
      title: z.string().min(1),
      description: z.string().optional(),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      datasource: z.object({ type: z.string(), uid: z.string() }).optional(),
      targets: z
        .array(
          z.looseObject({ refId: z.string(), expr: z.string(), datasource: z.object({ uid: z.string() }) }),
        )
        .default([]),
    }),
  ),
});
export type Dashboard = z.infer<typeof Dashboard>;

/** A query of a panel, with the dashboard's variables filled in. */
export interface PanelQuery {
  readonly panel: string;
  readonly refId: string;
  readonly expr: string;
}

/** The dashboard that docker-compose.yml provisions. */
export function readDashboard(path = 'deploy/grafana/dashboards/models.json'): Dashboard {
  return Dashboard.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Every query of every panel, ready to be asked of a Prometheus; `model` is a regular expression for `$model`. */
export function panelQueries(dashboard: Dashboard, model = '.*'): readonly PanelQuery[] {
  return dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ refId, expr }) => ({ panel: title, refId, expr: expr.replaceAll('$model', model) })),
  );
}

/** The metrics that a PromQL expression names, or the first text in it that does not parse. */
export function metricsOf(expr: string): { readonly metrics: readonly string[]; readonly error?: string } {
  const metrics = new Set<string>();
  let error: string | undefined;
  parser.parse(expr).iterate({
    enter(node) {
      if (node.type.isError) error ??= `at ${node.from}: ${expr.slice(node.from, node.from + 20)}`;
      if (node.name === 'Identifier') metrics.add(expr.slice(node.from, node.to));
    },
  });
  return { metrics: [...metrics], ...(error === undefined ? {} : { error }) };
}
