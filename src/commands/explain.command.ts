import { readLabelOperands } from '../alerts/read-label-operands.js';
import { formatIssue } from '../settings/config-issue.js';
import { explainAlert } from '../settings/explain-alert.js';
import { loadSettings } from '../settings/load-settings.store.js';
import { tellAlertExplanation } from '../settings/tell-alert-explanation.js';
import type { Command } from './command.js';
import { explainRun } from './explain-run.js';
import { openAlerts, tellOpenAlerts } from './open-alerts.js';

const EXPLAIN_HELP = `retune explain <label=value…> [options]
  tells which rule, routes, receivers and policies an alert with these labels would meet, and why

  --rules=<dir>      the folder with the rules; RULES_DIR
  --at=<time>        the time that muted routes and blackouts are told for, such as 2026-03-10T08:00Z; now
  --url=<address>    a running service: what is open there, who was told, who will be and when, and who keeps it quiet
  --json             the answer as JSON

retune explain run <model> [options]
  asks the running service why the model was, or was not, retrained: every gate with the number it was judged by

  --at=<time>        an instant such as 2026-03-10T03:10Z, or 03:10 for the last time it was that in UTC; now
  --url=<address>    the service; RETUNE_EXTERNAL_URL, else http://HOST:PORT
  --json             the answer as JSON

The token of the service is that of RETUNE_API_TOKEN.
Exit codes: 0 told, 1 nothing to tell or no answer, 2 wrong usage`;

/** `retune explain`: what an alert with these labels would meet, from the rules directory alone; with `--url`, also what fires. */
export const explain: Command = {
  usage: 'explain <label=value…> | run <model> [--rules=<dir>] [--at=<time>] [--url=<address>] [--json]',
  summary: 'tell what an alert would meet, or why a model was (not) retrained',
  help: EXPLAIN_HELP,
  operands: Number.POSITIVE_INFINITY,
  options: {
    rules: { type: 'string' },
    at: { type: 'string' },
    url: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run({ operands, options }, around) {
    const [first, ...others] = operands;
    if (first === 'run') return explainRun({ operands: others, options }, around);
    const { env, cwd, print, complain } = around;
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
    const live = typeof url === 'string' ? await openAlerts(url, env, read.labels) : [];
    if (typeof live === 'string') {
      complain(live);
      return 1;
    }
    if (json === true) {
      print(JSON.stringify({ ...explanation, ...(typeof url === 'string' && { live }) }, null, 2));
      return 0;
    }
    for (const line of tellAlertExplanation(explanation)) print(line);
    if (typeof url === 'string') for (const line of tellOpenAlerts(live)) print(line);
    return 0;
  },
};
