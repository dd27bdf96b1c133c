import { readLabelOperands } from '../alerts/read-label-operands.js';
import { readFile } from 'node:fs/promises';
import type { Labels } from '../alerts/labels.js';
import { formatLabels } from '../routing/grouping.js';
import { formatIssue } from '../settings/config-issue.js';
import { explainAlert } from '../settings/explain-alert.js';
import { loadSettings } from '../settings/load-settings.store.js';
import type { Settings } from '../settings/settings.js';
import { tellAlertExplanation } from '../settings/tell-alert-explanation.js';
import type { Command } from './command.js';

const ANSWER_WITHIN_MS = 10_000;

/** An alert as a running service shows it, as far as it is told here. */
interface LiveAlert {
  readonly labels: Labels;
  readonly state: string;
  readonly activeAt: string;
  readonly value: number | null;
}

/** `retune explain`: what an alert with these labels would meet, from the rules directory alone; with `--url`, also what fires. */
export const explain: Command = {
  usage: 'explain <label=value…> [--rules=<dir>] [--at=<time>] [--url=<address>] [--json]',
  summary: 'tell which rule, routes, receivers and policies an alert would meet, and why',
  operands: Number.POSITIVE_INFINITY,
  options: {
    rules: { type: 'string' },
    at: { type: 'string' },
    url: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run({ operands, options }, { env, cwd, print, complain }) {
    const { rules: folder, at: time, url, json } = options;
    const read = readLabelOperands(operands);
    const at = typeof time === 'string' ? new Date(time) : new Date();
    const badTime = Number.isNaN(at.getTime())
      ? `expected a time such as 2026-03-10T08:00:00Z, got ${String(time)}`
      : '';
    if (!read.ok || badTime !== '') {
      complain(read.ok ? badTime : read.error);
      return 2;
    }
    const loaded = await loadSettings(typeof folder === 'string' ? { ...env, RULES_DIR: folder } : env, cwd);
    if (!loaded.ok) {
      for (const issue of loaded.issues) complain(formatIssue(issue));
      return 1;
    }
    const explanation = explainAlert(loaded.settings.rules, read.labels, at);
    const live = typeof url === 'string' ? await askService(url, loaded.settings, read.labels) : [];
    if (typeof live === 'string') {
      complain(live);
      return 1;
    }
    if (json === true) {
      print(JSON.stringify({ ...explanation, ...(typeof url === 'string' && { live }) }, null, 2));
      return 0;
    }
    for (const line of tellAlertExplanation(explanation)) print(line);
    if (typeof url === 'string') for (const line of tellLive(live)) print(line);
    return 0;
  },
};

/** The open alerts with these labels, or why they are not known. */
async function askService(
  url: string,
  settings: Settings,
  labels: Labels,
): Promise<readonly LiveAlert[] | string> {
  const token = await settings.environment.apiToken?.reveal((path) => readFile(path, 'utf8'));
  try {
    const answer = await fetch(`${url.replace(/\/$/, '')}/api/alerts?limit=10000`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (answer.status === 401) return `${url} wants a token: set RETUNE_API_TOKEN`;
    if (!answer.ok) return `${url} answered ${answer.status}`;
    const { alerts } = (await answer.json()) as { readonly alerts: readonly LiveAlert[] };
    const asked = Object.entries(labels);
    return alerts.filter((alert) => asked.every(([name, value]) => (alert.labels[name] ?? '') === value));
  } catch (error) {
    // fetch says no more than that it failed; the cause says why.
    const { message, cause } = error as Error & { readonly cause?: { readonly message?: string } };
    return `${url} does not answer: ${cause?.message ?? message}`;
  }
}

function tellLive(live: readonly LiveAlert[]): readonly string[] {
  const lines = live.map(
    ({ labels, state, activeAt, value }) =>
      `  ${state} since ${activeAt}, value ${value}: ${formatLabels(labels)}`,
  );
  return ['', 'Open in the running service', ...(lines.length > 0 ? lines : ['  no such alert'])];
}
