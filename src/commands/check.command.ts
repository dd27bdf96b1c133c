import { checkReport } from '../settings/check-report.js';
import { loadSettings } from '../settings/load-settings.store.js';
import type { Command } from './command.js';

/** `retune check`: reads everything and tells every error at once. */
export const check: Command = {
  usage: 'check [dir]',
  summary: 'read the environment and the rules directory, and tell every error in them',
  operands: 1,
  async run({ operands: [dir] }, { env, cwd, print, complain }) {
    const asked = dir === undefined ? env : { ...env, RULES_DIR: dir };
    const { ok, problems, summary } = checkReport(await loadSettings(asked, cwd));
    for (const problem of problems) complain(problem);
    (ok ? print : complain)(summary);
    return ok ? 0 : 1;
  },
};
