import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

/** A check by the tool that belongs to the program; skipped, and said so, where it is not installed. */
function checkedBy(tool: string, ...args: readonly string[]): void {
  const missing = spawnSync(tool, ['--version']).error !== undefined;
  (missing ? it.skip : it)(
    `${args.at(-1)} is accepted by ${tool}${missing ? ' (not installed)' : ''}`,
    () => {
      const { status, stderr } = spawnSync(tool, args, { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, expect.any(String)]);
    },
  );
}

describe('the configuration of the neighbours', () => {
  checkedBy('promtool', 'check', 'config', 'deploy/prometheus.yml');
  checkedBy('promtool', 'check', 'rules', 'deploy/prometheus-rules.yml');
  checkedBy('amtool', 'check-config', 'deploy/alertmanager.yml');
  checkedBy('amtool', 'check-config', 'deploy/rules/alertmanager.yml');
});
