import { backtest } from './backtest.command.js';
import { check } from './check.command.js';
import type { Command } from './command.js';
import { explain } from './explain.command.js';
import { retrain } from './retrain.command.js';
import { schema } from './schema.command.js';
import { test } from './test.command.js';

/** Every subcommand by its name: one file beside this one, one entry here. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  backtest,
  check,
  explain,
  retrain,
  schema,
  test,
};
