import { didYouMean } from '../schema/did-you-mean.js';
import { checkReport } from '../settings/check-report.js';
import { ALL_LINTS } from '../settings/notice.js';
import { checkOnline } from './check-online.js';
import type { Command } from './command.js';
import { loadOperands } from './load-operands.js';

const HELP = `retune check [options] [dir | file…]

Reads the environment and the rules, and tells every error in them at once and what is most likely not meant, each with its
place and what to write instead. Without a folder it reads RULES_DIR. Single files, such as a Prometheus rule file, are
checked for themselves: names that they use may be given elsewhere.

  --strict              warnings fail like errors do
  --ignore=<lint>       leaves a lint out, by the name in brackets behind its message; may be repeated
  --online              also asks every ci target whether it would take a run, without starting one: is the workflow, job or DAG
                        there, enabled, and does it declare what a run sends; are the credentials valid and wide enough
  --json                { ok, summary, problems } on standard output, with --online also { online: { ok, summary, targets } }

RETUNE_SCRAPE_INTERVAL tells how often Prometheus scrapes, if not every minute. All lints: docs/lints.md.

Exit codes: 0 fine, 1 errors found, with --strict also warnings, 2 wrong usage`;

/** `retune check`: reads everything and tells every error and every lint at once. */
export const check: Command = {
  usage: 'check [--json] [--strict] [--online] [dir | file…]',
  summary: 'read the environment and the rules, and tell every error and oddity in them',
  help: HELP,
  operands: Number.POSITIVE_INFINITY,
  options: {
    json: { type: 'boolean' },
    online: { type: 'boolean' },
    strict: { type: 'boolean' },
    ignore: { type: 'string', multiple: true },
  },
  async run({ operands, options }, { env, cwd, print, complain }) {
    const ignore = (options['ignore'] ?? []) as readonly string[];
    const unknown = ignore.filter((name) => !ALL_LINTS.some(({ id }) => id === name));
    for (const name of unknown) {
      const hint = didYouMean(
        name,
        ALL_LINTS.map(({ id }) => id),
      );
      complain(`no lint is named ${JSON.stringify(name)}${hint}`);
    }
    if (unknown.length > 0) return 2;

    const loaded = await loadOperands(operands, env, cwd);
    const strict = options['strict'] === true;
    const { ok, summary, problems, lines } = checkReport(loaded, { ignore: new Set(ignore), strict });
    const asked = options['online'] === true && loaded.ok;
    const online = asked
      ? await checkOnline(loaded.settings.rules.ciTargets, { strict, now: new Date() })
      : undefined;
    const fine = ok && (online?.ok ?? true);
    if (options['json'] === true) {
      const { lines: _, ...told } = online ?? { lines: [] };
      print(JSON.stringify({ ok: fine, summary, problems, ...(online && { online: told }) }, null, 2));
      return fine ? 0 : 1;
    }
    for (const line of [...lines, ...(online?.lines ?? [])]) complain(line);
    (ok ? print : complain)(summary);
    if (online) (online.ok ? print : complain)(online.summary);
    if (options['online'] === true && !loaded.ok) complain('no ci target was asked: correct the files first');
    return fine ? 0 : 1;
  },
};
