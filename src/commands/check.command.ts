import { didYouMean } from '../schema/did-you-mean.js';
import { checkReport } from '../settings/check-report.js';
import { ALL_LINTS } from '../settings/notice.js';
import type { Command } from './command.js';
import { loadOperands } from './load-operands.js';

const HELP = `retune check [options] [dir | file…]

Reads the environment and the rules, and tells every error in them at once and what is most likely not meant, each with its
place and what to write instead. Without a folder it reads RULES_DIR. Single files, such as a Prometheus rule file, are
checked for themselves: names that they use may be given elsewhere.

  --strict              warnings fail like errors do
  --ignore=<lint>       leaves a lint out, by the name in brackets behind its message; may be repeated
  --json                { ok, summary, problems } on standard output

RETUNE_SCRAPE_INTERVAL tells how often Prometheus scrapes, if not every minute. All lints: docs/lints.md.

Exit codes: 0 fine, 1 errors found, with --strict also warnings, 2 wrong usage`;

/** `retune check`: reads everything and tells every error and every lint at once. */
export const check: Command = {
  usage: 'check [--json] [--strict] [dir | file…]',
  summary: 'read the environment and the rules, and tell every error and oddity in them',
  help: HELP,
  operands: Number.POSITIVE_INFINITY,
  options: {
    json: { type: 'boolean' },
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
    const { ok, summary, problems, lines } = checkReport(loaded, {
      ignore: new Set(ignore),
      strict: options['strict'] === true,
    });
    if (options['json'] === true) {
      print(JSON.stringify({ ok, summary, problems }, null, 2));
      return ok ? 0 : 1;
    }
    for (const line of lines) complain(line);
    (ok ? print : complain)(summary);
    return ok ? 0 : 1;
  },
};
