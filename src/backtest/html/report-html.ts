import type { Columns } from '../columns.js';
import { counted, countText, instantText, spanText, words } from '../format.js';
import type { BacktestReport, PolicyReport } from '../report.js';
import { detectionText, seenByText } from '../report-text.js';
import { type LaneSpan, whenText } from './lanes.js';
import { Markup, markup } from './markup.js';
import { policyCard } from './policy-card.js';
import { ruleCard } from './rule-card.js';
import { STYLE } from './style.js';
import type { TimeScale } from './time-scale.js';

/** What each colour means. */
const LEGEND = ['firing', 'pending', 'insufficient_data', 'no_data', 'stale', 'error'];
const POLICY_LEGEND: readonly (readonly [state: string, name: string])[] = [
  ['run-awaiting_approval', 'awaiting approval'],
  ['run-running', 'running'],
  ['run-soaking', 'being verified'],
  ['held', 'held back'],
  ['suggested', 'suggested'],
];

/** The whole report as one page that needs nothing else: no script, no address, light and dark. */
export function reportHtml(report: BacktestReport, charts: ReadonlyMap<string, Columns>): string {
  const end = report.stoppedAt ?? report.to;
  const scale: TimeScale = { fromMs: Date.parse(report.from), toMs: Date.parse(report.to) };
  const title = `Backtest ${instantText(report.from)} to ${instantText(end)} UTC`;
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${new Markup(STYLE)}</style></head>
<body><main>
<h1>Backtest</h1>
<p class="lead">${lead(report, end)}</p>
${tiles(report)}
${report.notes.length > 0 ? markup`<ul class="notes">${report.notes.map((note) => markup`<li>${note}</li>`)}</ul>` : undefined}
${incidentsSection(report)}
${rulesSection(report, charts, scale)}
${policiesSection(report, scale)}
<footer>${footer(report)}</footer>
</main></body></html>
`.text;
}

function lead({ from, to, stoppedAt, prometheus }: BacktestReport, end: string): string {
  const span = spanText((Date.parse(end) - Date.parse(from)) / 1000);
  const stopped = stoppedAt === undefined ? '' : ` It was stopped before ${instantText(to)}.`;
  return `What the rules would have said from ${instantText(from)} to ${instantText(end)} UTC (${span}), by the history of ${prometheus}.${stopped}`;
}

function tiles({ rules, policies, incidents }: BacktestReport): Markup {
  const fired = rules.filter((rule) => rule.fired > 0);
  const times = fired.reduce((sum, rule) => sum + rule.fired, 0);
  const started = policies
    .flatMap(({ runs }) => runs)
    .filter(({ startedAt }) => startedAt !== undefined).length;
  const held = policies.flatMap(({ stopped }) => stopped).reduce((sum, { times }) => sum + times, 0);
  const facts: readonly (readonly [figure: string, of: string])[] = [
    [
      countText(times),
      `${times === 1 ? 'firing period' : 'firing periods'} of ${counted(fired.length, 'rule')}`,
    ],
    [String(rules.length - fired.length), 'rules stayed quiet'],
    ...(policies.length > 0
      ? ([
          [String(started), `${started === 1 ? 'run' : 'runs'} would have started`],
          ...costs(policies).map((sum) => [sum, 'for these runs'] as const),
          [countText(held), `${held === 1 ? 'decision' : 'decisions'} held back by a gate`],
        ] as const)
      : []),
    ...(incidents
      ? [
          [
            `${incidents.filter(({ detected }) => detected).length} of ${incidents.length}`,
            'known incidents seen',
          ] as const,
        ]
      : []),
  ];
  return markup`<ul class="tiles">${facts.map(([figure, of]) => markup`<li><b>${figure}</b>${of}</li>`)}</ul>`;
}

/** What all runs cost together, as far as that is known. */
function costs(policies: readonly PolicyReport[]): readonly string[] {
  const sums = new Map<string, number>();
  for (const { cost } of policies)
    if (cost) sums.set(cost.currency, (sums.get(cost.currency) ?? 0) + cost.amount);
  const texts = [...sums].map(([currency, amount]) => `${countText(amount)} ${currency}`);
  return texts.length === 0 ? [] : [texts.join(' + ')];
}

function incidentsSection({ incidents }: BacktestReport): Markup | undefined {
  if (!incidents) return undefined;
  const rows = incidents.map(
    ({ from, to, by }) => markup`<tr><td>${instantText(from)}</td><td>${instantText(to)}</td>
<td class="seen">${detectionText(by)}</td>
<td class="seen">${by.map((each) => markup`<span>${seenByText(each)}</span>`)}</td></tr>`,
  );
  return markup`<h2>Known incidents</h2><div class="scroll"><table><thead><tr><th>from (UTC)</th><th>to</th><th>seen</th><th>by</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function rulesSection(
  report: BacktestReport,
  charts: ReadonlyMap<string, Columns>,
  scale: TimeScale,
): Markup {
  const incidents = (report.incidents ?? []).map(({ from, to }): LaneSpan => {
    const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
    return { fromMs, toMs, title: `known incident: ${whenText(fromMs, toMs)}` };
  });
  const cards = (rules: BacktestReport['rules']): readonly Markup[] =>
    rules.flatMap((rule) => {
      const columns = charts.get(rule.key);
      return columns ? [ruleCard(rule, columns, { scale, incidents })] : [];
    });
  const quiet = report.rules.filter(({ fired }) => fired === 0);
  return markup`<h2>Rules</h2>${legend(
    LEGEND.map((state) => [state, words(state)]),
    [...LINE_KEYS, ...(incidents.length > 0 ? [INCIDENT_KEY] : [])],
  )}
${cards(report.rules.filter(({ fired }) => fired > 0))}
${quiet.length > 0 ? markup`<details class="quiet"><summary>${counted(quiet.length, 'rule')} never fired</summary>${cards(quiet)}</details>` : undefined}`;
}

function policiesSection({ policies, assumptions }: BacktestReport, scale: TimeScale): Markup | undefined {
  if (policies.length === 0) return undefined;
  const { runSeconds, runOutcome, approveAfterSeconds } = assumptions;
  const approval =
    approveAfterSeconds === null ? 'nobody approves' : `approvals take ${spanText(approveAfterSeconds)}`;
  return markup`<h2>Retraining policies</h2>
<p class="lead">Taken for granted: a pipeline takes ${spanText(runSeconds)}, its run ends ${words(runOutcome)}, ${approval}.</p>
${legend(POLICY_LEGEND)}${policies.map((policy) => policyCard(policy, scale))}`;
}

const INCIDENT_KEY = markup`<li><svg viewBox="0 0 14 10" aria-hidden="true"><rect class="incident" width="14" height="10"/></svg>known incident</li>`;

/** What the lines of a chart are. */
const LINE_KEYS = [
  markup`<li><svg viewBox="0 0 14 10" aria-hidden="true"><g class="value"><path d="M0 5H14"/></g></svg>value</li>`,
  markup`<li><svg viewBox="0 0 14 10" aria-hidden="true"><path class="threshold" d="M0 5H14"/></svg>line it is held against</li>`,
];

function legend(
  entries: readonly (readonly [state: string, name: string])[],
  before: readonly Markup[] = [],
): Markup {
  return markup`<ul class="legend">${before}${entries.map(([state, name]) => markup`<li><svg viewBox="0 0 14 10" aria-hidden="true"><rect class="${state}" width="14" height="10"/></svg>${name}</li>`)}</ul>`;
}

function footer({ effort }: BacktestReport): string {
  const { rules, evaluations, requests, points, seconds } = effort;
  return `${counted(rules, 'rule')}, ${countText(evaluations)} evaluations, ${counted(requests, 'range query', 'range queries')}, ${countText(points)} points, ${seconds.toFixed(1)} s. All times are in UTC.`;
}
