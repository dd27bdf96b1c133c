import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadSettings } from '../settings/load-settings.store.js';
import type { LoadedSettings } from '../settings/settings.js';

/** The settings that a command's operands `[dir | file…]` name: a rules directory, or files; none: what the environment says. */
export async function loadOperands(
  operands: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<LoadedSettings> {
  const [folder, files] = (await isFiles(operands, cwd)) ? [undefined, operands] : [operands[0], undefined];
  const asked = folder === undefined ? env : { ...env, RULES_DIR: folder };
  return loadSettings(asked, cwd, files === undefined ? {} : { files });
}

/** Whether the operands are files: several of them, or one that is no folder. One that does not exist counts as a folder. */
async function isFiles(operands: readonly string[], cwd: string): Promise<boolean> {
  if (operands.length !== 1) return operands.length > 1;
  const found = await stat(resolve(cwd, operands[0] as string)).catch(() => undefined);
  return found?.isFile() ?? false;
}
