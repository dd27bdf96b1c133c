import { jsonObject, textField } from '../answer.js';
import type { CiRef, CiStatus } from '../ci-provider.js';

const STATES: Readonly<Record<string, CiStatus['state']>> = {
  queued: 'queued',
  pending: 'queued',
  accepted: 'queued',
  running: 'running',
  in_progress: 'running',
  succeeded: 'succeeded',
  success: 'succeeded',
  failed: 'failed',
  failure: 'failed',
  error: 'failed',
  skipped: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  timed_out: 'timed_out',
  timeout: 'timed_out',
};

/** What a status address says, in our words; undefined when it is no status at all. A word not known counts as running. */
export function webhookStatus(body: string, base: string, statusUrl: string): CiStatus | undefined {
  const json = jsonObject(body);
  const raw = textField(json?.['status'])?.toLowerCase();
  if (!json || raw === undefined) return undefined;
  const state = STATES[raw];
  const modelVersion = textField(json['model_version']);
  const detail = textField(json['detail']) ?? (state ? undefined : `unknown status ${raw}`);
  const ref = refOf(json, base, statusUrl);
  return {
    state: state ?? 'running',
    raw,
    nothingRan: json['nothing_ran'] === true || raw === 'skipped',
    blocked: json['blocked'] === true,
    ...(modelVersion === undefined ? {} : { modelVersion }),
    ...(detail === undefined ? {} : { detail }),
    ...(ref ? { ref } : {}),
  };
}

/**
 * Where a run is, from what the target answered: its `run_id`, and `run_url` and `status_url` when they are addresses, which may be
 * relative to `base`. `statusUrl` stands in for one that is missing. Undefined without a `run_id`.
 */
export function refOf(
  json: Readonly<Record<string, unknown>>,
  base: string,
  statusUrl: string | undefined,
): CiRef | undefined {
  const id = textField(json['run_id']);
  if (id === undefined || id.length > 200) return undefined;
  const url = address(json['run_url'], base);
  const poll = address(json['status_url'], base) ?? statusUrl;
  return { id, ...(url ? { url } : {}), ...(poll ? { statusUrl: poll } : {}) };
}

function address(value: unknown, base: string): string | undefined {
  const text = textField(value);
  if (text === undefined || !URL.canParse(text, base)) return undefined;
  const url = new URL(text, base);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
}
