import type { Evidence } from '../alerts/alert.js';
import type { Labels } from '../alerts/labels.js';
import type { DetectedIncident, Detector } from './labelled-incident.js';

/** What a replay came to: the answer of `--json`. Instants are RFC 3339 in UTC, durations are seconds. */
export interface BacktestReport {
  readonly format: 'retune-backtest/1';
  readonly from: string;
  readonly to: string;
  /** When it was stopped before the end: the history up to here was replayed. */
  readonly stoppedAt?: string;
  /** Address of Prometheus, without credentials. */
  readonly prometheus: string;
  readonly effort: Effort;
  readonly assumptions: Assumptions;
  readonly rules: readonly RuleReport[];
  readonly policies: readonly PolicyReport[];
  /** Only when incidents were given. */
  readonly incidents?: readonly IncidentReport[];
  /** What a reader should know, in sentences. */
  readonly notes: readonly string[];
}

/** What it took. */
export interface Effort {
  readonly rules: number;
  readonly evaluations: number;
  readonly requests: number;
  readonly points: number;
  readonly seconds: number;
}

/** What was taken for granted about runs. */
export interface Assumptions {
  readonly runSeconds: number;
  readonly runOutcome: string;
  /** Null: nobody ever approves. */
  readonly approveAfterSeconds: number | null;
  /** The mode of all policies, where it was overridden. */
  readonly mode?: string;
}

/** One rule. */
export interface RuleReport {
  /** Unique among the rules. */
  readonly key: string;
  /** Its alert, with its group before it where other groups have one of that name. */
  readonly name: string;
  readonly file: string;
  readonly group: string;
  readonly alert: string;
  readonly kind: string;
  readonly query: string;
  readonly stepSeconds: number;
  /** Firing periods, of all its alerts. */
  readonly fired: number;
  /** Time in which at least one alert fired. */
  readonly firingSeconds: number;
  readonly longestSeconds: number;
  readonly firstAt?: string;
  readonly lastAt?: string;
  /** From the first breach to the firing. */
  readonly detectSeconds?: { readonly median: number; readonly max: number };
  /** Alerts that were pending and went away. */
  readonly averted: number;
  /** Time by health, as far as it was not `ok`. */
  readonly unwell: Readonly<Record<string, number>>;
  readonly error?: string;
  readonly detector?: Detector;
  readonly episodes: readonly EpisodeReport[];
}

/** One firing period of one alert. */
export interface EpisodeReport {
  readonly labels: Labels;
  readonly activeAt: string;
  readonly firedAt: string;
  readonly resolvedAt?: string;
  readonly seconds: number;
  readonly worst: number | null;
  readonly evidence?: Evidence;
  readonly summary?: string;
}

/** One policy. */
export interface PolicyReport {
  readonly name: string;
  readonly model: string;
  readonly mode: string;
  readonly runs: readonly RunReport[];
  /** Of the runs that started; absent when the model has no `cost_per_run`. */
  readonly cost?: { readonly amount: number; readonly currency: string };
  /** Times a run was suggested. */
  readonly suggested: number;
  /** What kept runs from starting, most often first; a trigger that did not hold is none. */
  readonly stopped: readonly StoppedReport[];
  readonly decisions: readonly DecisionReport[];
}

/** One run that would have been. */
export interface RunReport {
  readonly id: string;
  readonly decidedAt: string;
  /** Absent when nobody approved it in time. */
  readonly startedAt?: string;
  readonly endedAt: string;
  readonly outcome: string;
  readonly because: string;
  readonly stages: readonly { readonly at: string; readonly state: string }[];
}

/** A reason that held runs back. */
export interface StoppedReport {
  readonly reason: string;
  readonly times: number;
  readonly seconds: number;
  readonly example?: { readonly at: string; readonly detail: string };
}

/** One decision, and how long it stood. */
export interface DecisionReport {
  readonly at: string;
  readonly until: string;
  readonly decision: string;
  readonly reason: string;
  readonly gate?: string;
  readonly detail: string;
}

/** One known incident. */
export interface IncidentReport {
  readonly from: string;
  readonly to: string;
  /** Whether a rule began to fire within it. */
  readonly detected: boolean;
  /** Rules that fired in it; without a delay: it fired already when the incident began. */
  readonly by: readonly { readonly rule: string; readonly delaySeconds?: number }[];
}

/** A known incident in the words of the report. */
export function incidentReport({ fromMs, toMs, by }: DetectedIncident): IncidentReport {
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    detected: by.some(({ delayMs }) => delayMs !== undefined),
    by: by.map(({ rule, delayMs }) => ({
      rule,
      ...(delayMs === undefined ? {} : { delaySeconds: delayMs / 1000 }),
    })),
  };
}
