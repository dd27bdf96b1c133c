import type { RunRequest } from './ci-provider.js';

/** Alerts told of at most; the rest is behind `links`. */
export const MOST_EVIDENCE = 20;
/** Characters of any one text. */
export const LONGEST_TEXT = 500;
/** Characters of the whole, as JSON: CI systems limit their inputs and keep them in their logs. */
export const LARGEST_PAYLOAD = 16_000;

/** JSON that a pipeline reads. */
export type Payload = Readonly<Record<string, unknown>>;

/**
 * What a pipeline is told, in snake_case. Labels and summaries come from outside: a pipeline reads this with a JSON parser and never
 * pastes it into a shell. Kept below 16,000 characters by cutting texts, then labels, then evidence; ids, windows and callback
 * are never cut.
 */
export function runPayload(run: RunRequest): Payload {
  const full = payloadOf(run, MOST_EVIDENCE, true);
  if (JSON.stringify(full).length <= LARGEST_PAYLOAD) return full;
  const plain = payloadOf(run, MOST_EVIDENCE, false);
  return JSON.stringify(plain).length <= LARGEST_PAYLOAD ? plain : payloadOf(run, 0, false);
}

function payloadOf(run: RunRequest, evidence: number, labels: boolean): Payload {
  const { reason, callback } = run;
  return {
    correlation_id: run.correlationId,
    model: run.model,
    ...(run.currentVersion === undefined ? {} : { current_version: run.currentVersion }),
    ...(run.rollbackTo === undefined ? {} : { rollback_to: run.rollbackTo }),
    reason: {
      kind: cut(reason.kind),
      summary: cut(reason.summary),
      ...(reason.severity === undefined ? {} : { severity: cut(reason.severity) }),
      requested_by: cut(reason.requestedBy),
    },
    evidence: run.evidence.slice(0, evidence).map((each) => ({
      rule: cut(each.rule),
      ...(labels ? { labels: cutAll(each.labels) } : {}),
      value: each.value,
      threshold: each.threshold,
      ...(each.n === undefined ? {} : { n: each.n }),
    })),
    ...(run.evidence.length > evidence ? { evidence_left_out: run.evidence.length - evidence } : {}),
    windows: run.windows,
    links: run.links,
    deadline: run.deadline,
    requested_at: run.requestedAt,
    ...(callback
      ? { callback: { url: callback.url, claim_url: callback.claimUrl, token: callback.token } }
      : {}),
  };
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
}

function cutAll(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, cut(value)]));
}

/**
 * The payload as JSON in which none of the `unsafe` texts occurs, such as the `{{` of a template language that would read it: their last
 * character is written as an escape, which a JSON parser undoes. They must be of characters that JSON has in strings only, or have them twice.
 */
export function payloadJson(run: RunRequest, unsafe: readonly string[] = []): string {
  return unsafe.reduce(
    (json, text) => {
      const code = text
        .charCodeAt(text.length - 1)
        .toString(16)
        .padStart(4, '0');
      return json.replaceAll(text, () => `${text.slice(0, -1)}\\u${code}`);
    },
    JSON.stringify(runPayload(run)),
  );
}
