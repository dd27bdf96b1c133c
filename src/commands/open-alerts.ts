import type { Labels } from '../alerts/labels.js';
import type { GroupExplanation } from '../notifications/explain-group.js';
import { tellGroup } from '../notifications/tell-group.js';
import { formatLabels } from '../routing/grouping.js';
import { askService, serviceAddress } from './service.client.js';

/** So many of the open alerts are asked about one by one. */
const MOST_EXPLAINED = 20;

/** An alert as a running service shows it, as far as it is told here. */
export interface OpenAlert {
  readonly episode: string;
  readonly labels: Labels;
  readonly state: string;
  readonly activeAt: string;
  readonly value: number | null;
  /** Who was told of it and who will be; absent for those that nobody asked about. */
  readonly groups?: readonly GroupExplanation[];
}

/** The open alerts with these labels and the way that each of them took, or why they are not known. */
export async function openAlerts(
  url: string,
  env: NodeJS.ProcessEnv,
  labels: Labels,
): Promise<readonly OpenAlert[] | string> {
  const service = await serviceAddress(url, env);
  if ('error' in service) return service.error;
  const answer = await askService<{ readonly alerts: readonly OpenAlert[] }>(
    service,
    '/api/alerts?limit=10000',
  );
  if (!answer.ok) return answer.why;
  const asked = Object.entries(labels);
  const open = answer.body.alerts.filter((alert) =>
    asked.every(([name, value]) => (alert.labels[name] ?? '') === value),
  );
  const explained: OpenAlert[] = [];
  for (const alert of open.slice(0, MOST_EXPLAINED)) {
    const ways = await askService<{ readonly groups: readonly GroupExplanation[] }>(
      service,
      `/api/alerts/${alert.episode}/notifications`,
    );
    if (!ways.ok && ways.status !== 404) return ways.why; // 404: it has ended meanwhile
    explained.push(ways.ok ? { ...alert, groups: ways.body.groups } : alert);
  }
  return [...explained, ...open.slice(MOST_EXPLAINED)];
}

/** Open alerts for a terminal, each with its groups. */
export function tellOpenAlerts(alerts: readonly OpenAlert[]): readonly string[] {
  const lines = alerts.flatMap(({ labels, state, activeAt, value, groups }) => [
    `  ${state} since ${activeAt}, value ${value}: ${formatLabels(labels)}`,
    ...(groups?.length === 0 && state === 'firing' ? ['    in no group: nobody is told'] : []),
    ...(groups ?? []).flatMap((group) => {
      const [head = '', ...rest] = tellGroup(group, (iso) => iso);
      return [`    ${head}`, ...rest.map((line) => `      ${line}`)];
    }),
  ]);
  return ['', 'Open in the running service', ...(lines.length > 0 ? lines : ['  no such alert'])];
}
