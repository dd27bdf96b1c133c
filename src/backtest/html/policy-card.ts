import { counted, instantText, spanText, words } from '../format.js';
import type { DecisionReport, PolicyReport, RunReport } from '../report.js';
import { costText } from '../report-text.js';
import { type LaneSpan, laneOf, whenText } from './lanes.js';
import { type Markup, markup } from './markup.js';
import { axisOf, gridOf, type TimeScale, WIDTH, xOf } from './time-scale.js';

const RUNS = { y: 14, height: 12 };
const DECISIONS = { y: 32, height: 8 };
const HEIGHT = 42;
const MOST_DECISIONS = 100;

/** One policy: its runs and its decisions drawn, and the same in words. */
export function policyCard(policy: PolicyReport, scale: TimeScale): Markup {
  const held = policy.decisions.filter(
    ({ decision, reason }) => decision === 'hold' && reason !== 'not_triggered',
  );
  const suggested = policy.decisions.filter(({ decision }) => decision === 'suggest');
  return markup`<article class="policy">
<h3>${policy.name} <span class="kind">${policy.mode}</span> <span class="kind">${policy.model}</span></h3>
<p class="told">${told(policy)}</p>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${`${policy.name}: ${told(policy)}`}">
${gridOf(scale, HEIGHT)}<rect class="track" x="0" y="${RUNS.y}" width="${WIDTH}" height="${RUNS.height}"/>
${policy.runs.map((run) => runBars(run, scale))}
${laneOf(scale, held.map(spanOf), { state: 'held', ...DECISIONS })}${laneOf(scale, suggested.map(spanOf), { state: 'suggested', ...DECISIONS })}
</svg>
${axisOf(scale)}
${policy.stopped.length > 0 ? gatesTable(policy) : undefined}
${policy.runs.length > 0 ? runsTable(policy.runs) : undefined}
${policy.decisions.length > 0 ? decisionsTable(policy.decisions) : undefined}
</article>`;
}

function told(policy: PolicyReport): string {
  const started = policy.runs.filter(({ startedAt }) => startedAt !== undefined).length;
  const waiting = policy.runs.length - started;
  const parts = [
    started === 0 ? 'no run would have started' : `${counted(started, 'run')} would have started`,
    ...(waiting > 0 ? [`${waiting} without approval in time`] : []),
    ...(policy.cost && started > 0 ? [costText(policy)] : []),
    ...(policy.suggested > 0
      ? [`suggested ${policy.suggested === 1 ? 'once' : `${policy.suggested} times`}`]
      : []),
  ];
  return parts.join(' · ');
}

/** A run as its stages, with a mark where it was decided. */
function runBars({ stages, decidedAt, because, outcome }: RunReport, scale: TimeScale): Markup {
  const bars = stages.slice(0, -1).map(({ at, state }, index) => {
    const [fromMs, toMs] = [Date.parse(at), Date.parse(stages[index + 1]?.at ?? at)];
    return markup`${laneOf(scale, [{ fromMs, toMs, title: `${words(state)}: ${whenText(fromMs, toMs)}` }], { state: `run-${state}`, ...RUNS })}`;
  });
  const x = xOf(scale, Date.parse(decidedAt));
  const title = `run decided ${instantText(decidedAt)} UTC because of ${because}; ${words(outcome)}`;
  return markup`${bars}<path class="mark" d="M${x - 4} 1h8l-4 10z"><title>${title}</title></path>`;
}

function spanOf({ at, until, reason, detail }: DecisionReport): LaneSpan {
  const [fromMs, toMs] = [Date.parse(at), Date.parse(until)];
  return { fromMs, toMs, title: `${words(reason)}: ${whenText(fromMs, toMs)}. ${detail}` };
}

function gatesTable({ stopped }: PolicyReport): Markup {
  const rows = stopped.map(
    ({
      reason,
      times,
      seconds,
      example,
    }) => markup`<tr><td>${words(reason)}</td><td>${times}</td><td>${spanText(seconds)}</td>
<td>${example ? `${instantText(example.at)}: ${example.detail}` : ''}</td></tr>`,
  );
  return markup`<h4>Held back by</h4><div class="scroll"><table><thead><tr><th>gate</th><th>times</th><th>for</th><th>for example</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function runsTable(runs: readonly RunReport[]): Markup {
  const rows = runs.map(
    ({
      decidedAt,
      startedAt,
      outcome,
      because,
    }) => markup`<tr><td><time datetime="${decidedAt}">${instantText(decidedAt)}</time></td>
<td>${startedAt === undefined ? 'never' : instantText(startedAt)}</td><td>${words(outcome)}</td><td>${because}</td></tr>`,
  );
  return markup`<h4>Runs</h4><div class="scroll"><table><thead><tr><th>decided at (UTC)</th><th>started at</th><th>state</th><th>because of</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function decisionsTable(decisions: readonly DecisionReport[]): Markup {
  const rows = decisions.slice(0, MOST_DECISIONS).map(
    ({ at, decision, reason, detail }) => markup`<tr><td><time datetime="${at}">${instantText(at)}</time></td>
<td>${words(decision)}</td><td>${words(reason)}</td><td>${detail}</td></tr>`,
  );
  const rest = decisions.length - rows.length;
  return markup`<details><summary>${counted(decisions.length, 'decision')}</summary><div class="scroll"><table><thead><tr><th>at (UTC)</th><th>decision</th><th>reason</th><th>why</th></tr></thead>
<tbody>${rows}</tbody></table></div>${rest > 0 ? markup`<p>and ${rest} more</p>` : undefined}</details>`;
}
