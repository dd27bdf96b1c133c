import type { Alert } from '../alerts/alert.js';
import { ALERT_NAME } from '../alerts/labels.js';
import type { GroupExplanation } from '../notifications/explain-group.js';
import { tellGroup } from '../notifications/tell-group.js';
import type { StoredEntry } from '../journal/entry.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in HTML, in an attribute too. Labels and annotations come from outside. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** The style of the pages; served as a file because the pages allow no inline style. */
export const PAGE_STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:46rem;margin:0 auto;padding:1rem}
h1{font-size:1.3rem;margin:.5rem 0}
.state{font-weight:700;padding:.1rem .5rem;border-radius:.3rem;color:#fff;background:#57606a}
.firing{background:#a30200}.pending{background:#8a5a00}.resolved{background:#1a7f37}
table{border-collapse:collapse;width:100%;margin:1rem 0}
th{text-align:left;font-weight:600;white-space:nowrap;padding:.2rem 1rem .2rem 0;vertical-align:top}
td{padding:.2rem 0;overflow-wrap:anywhere}
time{white-space:nowrap;opacity:.75;font-variant-numeric:tabular-nums}
li{margin:.3rem 0;overflow-wrap:anywhere}ol{padding-left:0;list-style:none}
`;

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="stylesheet" href="/pages.css"></head><body>${body}</body></html>`;
}

function row(name: string, value: string | undefined): string {
  return value === undefined || value === ''
    ? ''
    : `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`;
}

function link(name: string, url: string | undefined): string {
  if (url === undefined || !/^https?:\/\//.test(url)) return '';
  return `<tr><th>${escapeHtml(name)}</th><td><a href="${escapeHtml(url)}" rel="noreferrer">open</a></td></tr>`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function utc(at: Date | undefined): string | undefined {
  return at
    ?.toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}

/** What has become of an alert, and what will. */
export interface AlertStory {
  readonly timeline: readonly StoredEntry[];
  readonly groups: readonly GroupExplanation[];
}

function told(alert: Alert, groups: readonly GroupExplanation[]): string {
  if (groups.length === 0)
    return `<p>${alert.state === 'firing' ? 'Nobody: it is in no group.' : 'Nobody any more.'}</p>`;
  const clock = (iso: string): string => utc(new Date(iso)) ?? iso;
  const items = groups.flatMap((group) => {
    const [head = '', ...rest] = tellGroup(group, clock);
    return [
      `<li>${escapeHtml(head)}<ul>${rest.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul></li>`,
    ];
  });
  return `<ol>${items.join('')}</ol>`;
}

/** What an alert is, how bad, since when, on what evidence, and what has happened about it, for whoever follows a link at night. */
export function alertPage(alert: Alert, { timeline, groups }: AlertStory, now: Date): string {
  const { evidence } = alert;
  const name = alert.labels[ALERT_NAME] ?? 'alert without a name';
  const labels = Object.entries(alert.labels).map(([label, value]) => `${label}=${value}`);
  const entries = timeline
    .map((entry) => `<li><time>${utc(entry.at)}</time> ${escapeHtml(entry.summary)}</li>`)
    .join('');
  return page(
    `${name} ${alert.state}`,
    `<main><h1><span class="state ${alert.state}">${alert.state}</span> ${escapeHtml(name)}</h1>
<p>${escapeHtml(alert.annotations['summary'] ?? '')}</p><p>${escapeHtml(alert.annotations['description'] ?? '')}</p>
<table>${row('Value', alert.value === null ? undefined : figure(alert.value))}${row('Measure', evidence?.measure)}
${row('Threshold', evidence?.threshold === null || evidence?.threshold === undefined ? undefined : String(evidence.threshold))}
${row('Events behind it', evidence?.n === undefined ? undefined : `${Math.round(evidence.n)}${evidence.needed === undefined ? '' : ` (${evidence.needed} needed)`}`)}
${row('Compared with', evidence?.reference)}${row('Note', evidence?.note)}${row('Unproven', evidence?.unproven ? 'a bare gauge says so; it does not start a retraining' : undefined)}
${row('Active since', utc(alert.activeAt))}${row('Firing since', utc(alert.firedAt))}${row('Resolved', utc(alert.resolvedAt))}
${row('Last changed', utc(alert.evaluatedAt))}${row('Labels', labels.join(', '))}
${link('Query', alert.generatorUrl)}${link('Runbook', alert.annotations['runbook_url'])}${link('Dashboard', alert.annotations['dashboard_url'])}</table>
<h2>Who is told</h2>${told(alert, groups)}
<h2>What happened</h2><ol>${entries || '<li>Nothing is recorded.</li>'}</ol><p><time>as of ${utc(now)}</time></p></main>`,
  );
}

/** The alerts that are open now, each with a link to its page. */
export function alertListPage(alerts: readonly Alert[], now: Date): string {
  const items = alerts.map((alert) => {
    const summary = alert.annotations['summary'] ?? alert.labels['model_name'] ?? '';
    return `<li><span class="state ${alert.state}">${alert.state}</span> <a href="/alerts/${alert.episode}">${escapeHtml(
      alert.labels[ALERT_NAME] ?? alert.fingerprint,
    )}</a> ${escapeHtml(summary)}</li>`;
  });
  const empty = '<li>No alert is pending or firing.</li>';
  return page(
    `${alerts.length} open alerts`,
    `<main><h1>Open alerts</h1><ol>${items.join('') || empty}</ol><p><time>as of ${utc(now)}</time></p></main>`,
  );
}

/** What is shown where an alert is asked for that is not kept any more. */
export function goneAlertPage(): string {
  return page(
    'not found',
    '<main><h1>This alert is not kept any more</h1><p><a href="/alerts">Open alerts</a></p></main>',
  );
}
