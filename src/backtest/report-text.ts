import { counted, countText, figureText, instantText, spanText, words } from './format.js';
import type { BacktestReport, IncidentReport, PolicyReport, RuleReport } from './report.js';
import { textTable } from './text-table.js';

/** Rules and runs that are told one by one whatever they did; the others are in `--json` and `--html`. */
const MOST_TOLD = 20;
/** Rules that are told of one incident. */
const MOST_SEEN_BY = 3;

/** The report for a terminal, as lines. */
export function reportText(report: BacktestReport): readonly string[] {
  return [
    ...headOf(report),
    '',
    ...rulesTable(report),
    ...incidentLines(report),
    ...policyLines(report),
    ...(report.notes.length > 0 ? ['', ...report.notes.map((note) => `note: ${note}`)] : []),
  ];
}

/** What was replayed, and what it took. */
function headOf({ from, to, stoppedAt, effort, prometheus }: BacktestReport): readonly string[] {
  const end = stoppedAt ?? to;
  const span = spanText((Date.parse(end) - Date.parse(from)) / 1000);
  const stopped = stoppedAt === undefined ? '' : `, stopped before ${instantText(to)}`;
  return [
    `${instantText(from)} to ${instantText(end)} UTC (${span})${stopped}: ` +
      `${counted(effort.rules, 'rule')}, ${countText(effort.evaluations)} evaluations in ${effort.seconds.toFixed(1)} s`,
    `${counted(effort.requests, 'range query', 'range queries')}, ${countText(effort.points)} points from ${prometheus}`,
  ];
}

function rulesTable({ rules, incidents }: BacktestReport): readonly string[] {
  const header = ['RULE', 'FIRED', 'FIRING', 'LONGEST', 'FIRST', 'LAST', 'DETECTED AFTER', 'NOT JUDGED'];
  const against = incidents ? ['INCIDENTS', 'FALSE ALARMS'] : [];
  const quiet = rules.length > MOST_TOLD ? rules.filter(isUneventful) : [];
  const rows = rules
    .filter((rule) => !quiet.includes(rule))
    .map((rule) => [
      rule.name,
      ...(rule.fired === 0
        ? ['0', '-', '-', '-', '-', '-']
        : [
            String(rule.fired),
            spanText(rule.firingSeconds),
            spanText(rule.longestSeconds),
            instantText(rule.firstAt ?? ''),
            instantText(rule.lastAt ?? ''),
            delayText(rule),
          ]),
      unwellText(rule),
      ...(rule.detector
        ? [`${rule.detector.detected} of ${incidents?.length ?? 0}`, String(rule.detector.falseAlarms)]
        : []),
    ]);
  const failing = rules.flatMap(({ name, error }) =>
    error === undefined ? [] : [`error: ${name}: ${error}`],
  );
  const others = quiet.map(({ name }) => name).join(', ');
  return [
    ...(rows.length > 0 ? textTable([...header, ...against], rows) : []),
    ...(quiet.length > 0 ? [`${counted(quiet.length, 'rule')} never fired: ${others}`] : []),
    ...failing,
  ];
}

function isUneventful({ fired, unwell, error }: RuleReport): boolean {
  return fired === 0 && error === undefined && Object.keys(unwell).length === 0;
}

function delayText({ detectSeconds }: RuleReport): string {
  if (!detectSeconds) return '-';
  const { median, max } = detectSeconds;
  return median === max ? spanText(max) : `${spanText(median)}, at most ${spanText(max)}`;
}

/** How long a rule could not be judged, and why: `2d no data, 3h insufficient data`; `-` when it always could. */
export function unwellText({ unwell }: RuleReport): string {
  const parts = Object.entries(unwell).map(([state, seconds]) => `${spanText(seconds)} ${words(state)}`);
  return parts.join(', ') || '-';
}

function incidentLines({ incidents }: BacktestReport): readonly string[] {
  if (!incidents) return [];
  const rows = incidents.map(({ from, to, by }) => [
    `${instantText(from)} to ${instantText(to)}`,
    detectionText(by),
    seenByTexts(by),
  ]);
  return ['', ...textTable(['INCIDENT', 'DETECTED', 'BY'], rows)];
}

function seenByTexts(by: IncidentReport['by']): string {
  const told = by.slice(0, MOST_SEEN_BY).map(seenByText).join(', ');
  const rest = by.length - MOST_SEEN_BY;
  return rest > 0 ? `${told} and ${rest} more` : told;
}

/** When an incident was noticed first. */
export function detectionText(by: IncidentReport['by']): string {
  const [first] = by;
  if (!first) return 'not seen';
  return first.delaySeconds === undefined
    ? 'not seen: fired already'
    : `after ${spanText(first.delaySeconds)}`;
}

/** One rule that fired in an incident. */
export function seenByText({ rule, delaySeconds }: IncidentReport['by'][number]): string {
  return delaySeconds === undefined ? `${rule} (fired already)` : `${rule} after ${spanText(delaySeconds)}`;
}

function policyLines({ policies, assumptions }: BacktestReport): readonly string[] {
  if (policies.length === 0) return [];
  const rows = policies.map((policy) => [
    policy.name,
    policy.mode,
    runsText(policy),
    costText(policy),
    String(policy.suggested),
    stoppedText(policy),
  ]);
  const { runSeconds, runOutcome, approveAfterSeconds } = assumptions;
  const approval =
    approveAfterSeconds === null ? 'nobody approves' : `approved after ${spanText(approveAfterSeconds)}`;
  return [
    '',
    ...textTable(['POLICY', 'MODE', 'RUNS', 'COST', 'SUGGESTED', 'STOPPED BY'], rows),
    `(a run takes ${spanText(runSeconds)} and ends ${words(runOutcome)}; ${approval})`,
    ...runLines(policies),
  ];
}

function runsText({ runs }: PolicyReport): string {
  const started = runs.filter(({ startedAt }) => startedAt !== undefined).length;
  return started === runs.length ? String(started) : `${started} of ${runs.length} decided`;
}

/** What the runs of a policy cost: `36 EUR`; `-` when nobody said. */
export function costText({ cost }: PolicyReport): string {
  return cost ? `${figureText(cost.amount)} ${cost.currency}` : '-';
}

function stoppedText({ stopped }: PolicyReport): string {
  return (
    stopped
      .map(({ reason, times, seconds }) => `${words(reason)} ${times}× (${spanText(seconds)})`)
      .join(', ') || '-'
  );
}

function runLines(policies: readonly PolicyReport[]): readonly string[] {
  const all = policies
    .flatMap(({ runs, name }) => runs.map((run) => ({ ...run, policy: name })))
    .toSorted((a, b) => Date.parse(a.decidedAt) - Date.parse(b.decidedAt));
  if (all.length === 0) return [];
  const rows = all
    .slice(0, MOST_TOLD)
    .map(({ decidedAt, policy, outcome, because }) => [
      instantText(decidedAt),
      policy,
      words(outcome),
      because,
    ]);
  const rest = all.length - MOST_TOLD;
  return [
    '',
    ...textTable(['RUN', 'POLICY', 'OUTCOME', 'BECAUSE OF'], rows),
    ...(rest > 0 ? [`and ${rest} more: --json and --html have them all`] : []),
  ];
}
