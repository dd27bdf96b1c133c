import type { Columns } from '../columns.js';
import { counted, figureText, instantText, labelsText, spanText, words } from '../format.js';
import type { EpisodeReport, RuleReport } from '../report.js';
import { unwellText } from '../report-text.js';
import { type LaneSpan, laneOf, spansOf, whenText } from './lanes.js';
import { type Markup, markup } from './markup.js';
import { sparklineOf } from './sparkline.js';
import { axisOf, gridOf, type TimeScale, WIDTH, xOf } from './time-scale.js';

/** What is drawn behind every rule. */
export interface Backdrop {
  readonly scale: TimeScale;
  readonly incidents: readonly LaneSpan[];
}

const VALUE_HEIGHT = 56;
const ALERTS = { y: 62, height: 12 };
const DATA = { y: 78, height: 6 };
const HEIGHT = 86;
const MOST_EPISODES = 100;
const DATA_STATES = ['insufficient_data', 'no_data', 'stale', 'error'] as const;

/** One rule: its history drawn, and the same in words. */
export function ruleCard(rule: RuleReport, columns: Columns, { scale, incidents }: Backdrop): Markup {
  const sparkline = sparklineOf(columns, VALUE_HEIGHT);
  const firing = rule.episodes.map((episode) => firingSpan(episode, scale));
  const pending = spansOf(columns, 'pending');
  const caption = [sparkline?.caption, unwell(rule)].filter((text) => text !== undefined).join(' · ');
  return markup`<article class="rule">
<h3>${rule.name} <span class="kind">${words(rule.kind)}</span></h3>
<p class="told">${told(rule)}</p>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${`${rule.name}: ${told(rule)}`}">
${incidents.map((span) => backdropOf(span, scale))}${gridOf(scale, HEIGHT)}${sparkline?.drawing}
<rect class="track" x="0" y="${ALERTS.y}" width="${WIDTH}" height="${ALERTS.height}"/>
${laneOf(scale, pending, { state: 'pending', ...ALERTS })}${laneOf(scale, firing, { state: 'firing', ...ALERTS })}
${DATA_STATES.map((state) => markup`${laneOf(scale, spansOf(columns, state), { state, ...DATA })}`)}
</svg>
${axisOf(scale)}
<p class="caption">${caption === '' ? 'no value is known' : caption}</p>
${rule.error === undefined ? undefined : markup`<p class="failure">${rule.error}</p>`}
<details><summary>${rule.episodes.length > 0 ? counted(rule.episodes.length, 'firing period') : 'The rule'}</summary>
<p class="source"><code>${rule.query}</code><br>${`${rule.file}, group ${rule.group}, every ${spanText(rule.stepSeconds)}`}</p>
${rule.episodes.length > 0 ? episodesTable(rule.episodes) : undefined}</details>
</article>`;
}

/** The rule in one sentence. */
function told({
  fired,
  firingSeconds,
  longestSeconds,
  detectSeconds,
  averted,
  detector,
}: RuleReport): string {
  const parts = [
    fired === 0
      ? 'never fired'
      : `fired ${fired === 1 ? 'once' : `${fired} times`}, ${spanText(firingSeconds)} in all, ${spanText(longestSeconds)} at most`,
    ...(detectSeconds && detectSeconds.max > 0
      ? [`${spanText(detectSeconds.median)} after the first breach`]
      : []),
    ...(averted > 0 ? [`${counted(averted, 'time')} pending without firing`] : []),
    ...(detector
      ? [`saw ${counted(detector.detected, 'incident')}, ${counted(detector.falseAlarms, 'false alarm')}`]
      : []),
  ];
  return parts.join(' · ');
}

function unwell(rule: RuleReport): string | undefined {
  const text = unwellText(rule);
  return text === '-' ? undefined : `not judged: ${text}`;
}

function firingSpan({ firedAt, resolvedAt, labels, worst }: EpisodeReport, { toMs }: TimeScale): LaneSpan {
  const fromMs = Date.parse(firedAt);
  const endMs = resolvedAt === undefined ? toMs : Date.parse(resolvedAt);
  const value = worst === null ? '' : `, worst ${figureText(worst)}`;
  return { fromMs, toMs: endMs, title: `firing: ${whenText(fromMs, endMs)}${value} ${labelsText(labels)}` };
}

function backdropOf({ fromMs, toMs, title }: LaneSpan, scale: TimeScale): Markup {
  const x = xOf(scale, fromMs);
  return markup`<rect class="incident" x="${x}" y="0" width="${Math.max(1, xOf(scale, toMs) - x)}" height="${HEIGHT}"><title>${title}</title></rect>`;
}

function episodesTable(episodes: readonly EpisodeReport[]): Markup {
  const rows = episodes.slice(0, MOST_EPISODES).map(
    ({ firedAt, resolvedAt, seconds, labels, worst, evidence }) => markup`<tr>
<td><time datetime="${firedAt}">${instantText(firedAt)}</time></td>
<td>${spanText(seconds)}${resolvedAt === undefined ? ', still firing' : ''}</td>
<td>${worst === null ? '' : figureText(worst)}${evidenceText(evidence)}</td><td class="labels">${labelsText(labels)}</td></tr>`,
  );
  const rest = episodes.length - rows.length;
  return markup`<div class="scroll"><table><thead><tr><th>fired at (UTC)</th><th>for</th><th>worst value</th><th>labels</th></tr></thead>
<tbody>${rows}</tbody></table></div>${rest > 0 ? markup`<p>and ${rest} more</p>` : undefined}`;
}

function evidenceText(evidence: EpisodeReport['evidence']): string {
  if (!evidence) return '';
  const { measure, threshold, n, note } = evidence;
  const facts = [
    measure,
    ...(threshold === null ? [] : [`line ${figureText(threshold)}`]),
    ...(n === undefined ? [] : [`n = ${Math.round(n)}`]),
    ...(note === undefined ? [] : [note]),
  ];
  return ` (${facts.join(', ')})`;
}
