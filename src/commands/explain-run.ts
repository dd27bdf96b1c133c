import { parseInstant } from '../backtest/labelled-incident.js';
import {
  type ShownDecision,
  type ShownRun,
  tellStoredDecision,
  tellVerdict,
} from '../retraining/tell-decisions.js';
import type { Command, Invocation, Surroundings } from './command.js';
import { askService, serviceAddress } from './service.client.js';

interface Decisions {
  readonly decisions: readonly ShownDecision[];
  readonly nearest?: { readonly before?: ShownDecision; readonly after?: ShownDecision };
}

const DAY_MS = 86_400_000;
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** Unix milliseconds of an instant, or of the last time the clock showed `03:10` in UTC. */
export function readAskedTime(text: string, now: Date): number | undefined {
  const clock = CLOCK.exec(text.trim());
  if (!clock) return parseInstant(text);
  const today = new Date(now);
  const ms = today.setUTCHours(Number(clock[1]), Number(clock[2]), 0, 0);
  return ms > now.getTime() ? ms - DAY_MS : ms;
}

/** `retune explain run <model>`: why the running service did, or did not, retrain a model at a time. */
export async function explainRun(
  { operands, options }: Invocation,
  { env, print, complain }: Surroundings,
): ReturnType<Command['run']> {
  const { at: time, url, json, rules } = options;
  const [model, ...others] = operands;
  const now = new Date();
  const atMs = typeof time === 'string' ? readAskedTime(time, now) : now.getTime();
  const usage =
    model === undefined || others.length > 0
      ? 'expected one model, as in: retune explain run iris-classifier --at=03:10'
      : rules !== undefined
        ? 'explain run asks the running service, not a folder: leave out --rules, and name the service with --url'
        : atMs === undefined
          ? `expected a time such as 2026-03-10T03:10Z, or 03:10 for the last time it was that in UTC, got ${JSON.stringify(time)}`
          : '';
  if (usage !== '' || model === undefined || atMs === undefined) {
    complain(usage);
    return 2;
  }
  const service = await serviceAddress(url, env);
  if ('error' in service) {
    complain(service.error);
    return 2;
  }
  const at = new Date(atMs).toISOString();
  const path = `/api/models/${encodeURIComponent(model)}/decisions?at=${at}`;
  const answer = await askService<Decisions>(service, path);
  if (!answer.ok) {
    complain(answer.why);
    return 1;
  }
  const { decisions, nearest = {} } = answer.body;
  const runs = new Map<string, ShownRun>();
  for (const { run_id: id } of decisions) {
    const run = id === null ? undefined : await askService<ShownRun>(service, `/api/runs/${id}`);
    if (run?.ok) runs.set(run.body.id, run.body);
  }
  if (json === true) {
    print(JSON.stringify({ model, at, decisions, nearest, runs: [...runs.values()] }, null, 2));
    return decisions.length > 0 ? 0 : 1;
  }
  if (decisions.length === 0) {
    for (const line of tellNearest(model, at, nearest)) complain(line);
    return 1;
  }
  print(`${model} at ${at}`);
  for (const decision of decisions) {
    print('');
    for (const line of tellStoredDecision(decision, runs.get(decision.run_id ?? ''))) print(line);
  }
  return 0;
}

function tellNearest(
  model: string,
  at: string,
  { before, after }: NonNullable<Decisions['nearest']>,
): readonly string[] {
  const near = (word: string, decision: ShownDecision | undefined): readonly string[] =>
    decision ? [`  ${word}: policy ${decision.policy} ${tellVerdict(decision)}`] : [];
  const lines = [...near('before', before), ...near('after', after)];
  return [
    `no incident of ${model} was open at ${at}: no alert that names it was firing, so there was nothing to decide`,
    ...(lines.length > 0 ? ['nearest decisions:', ...lines] : ['nothing was ever decided about it']),
  ];
}
