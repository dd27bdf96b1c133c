import { expect, it } from '@jest/globals';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { panelQueries, readDashboard } from '../contract/compose/dashboard-queries.js';
import { describeWith, requireBinary } from '../support/binaries.js';
import { onCleanup } from '../support/cleanup.js';
import { eventually } from '../support/eventually.js';

const LOOP_MS = 240_000;

/** Processes of a demo: all of them name its folder or stand below `dist/examples/iris`. */
function processesOf(folder: string): string[] {
  const listing = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  return listing.filter((line) => line.includes(folder) || line.includes('dist/examples/iris/'));
}

/** The demo in a process of its own, and what it has written so far. */
function startDemo(flags: readonly string[] = []): { demo: ChildProcess; output: () => string } {
  const { PROMETHEUS_URL: _, ...env } = process.env;
  const demo = spawn(process.execPath, ['dist/examples/iris/demo.js', ...flags], {
    env: { ...env, RETUNE_DEMO_PROMETHEUS: requireBinary('prometheus') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onCleanup(() => void demo.kill('SIGKILL'));
  let output = '';
  for (const stream of [demo.stdout, demo.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return { demo, output: () => output };
}

describeWith(['prometheus'], 'the demo', () => {
  it(
    'closes the loop on a real model, feeds every panel, and leaves no process behind on Ctrl-C',
    async () => {
      const { demo, output: written } = startDemo();
      await eventually(() => {
        if (demo.exitCode !== null || written().includes(' stuck ')) return true;
        return written().includes('the loop is closed');
      }, LOOP_MS);
      const output = written();
      expect(output).toContain('the loop is closed');
      for (const line of [
        'IrisAccuracyLow pending → firing',
        '→ running: claimed',
        'soaking → verified',
        '[RESOLVED]',
      ]) {
        expect(output).toContain(line);
      }

      const prometheus = /scrapes every second, (\S+)/.exec(output)?.[1] ?? '';
      const empty: string[] = [];
      for (const { panel, refId, expr } of panelQueries(readDashboard())) {
        const query = new URLSearchParams({
          query: expr.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '5m'),
        });
        const answer = await fetch(`${prometheus}/api/v1/query?${query.toString()}`);
        const body = (await answer.json()) as { status: string; data?: { result: unknown[] } };
        if (body.status !== 'success' || body.data?.result.length === 0)
          empty.push(`${panel} ${refId}: ${expr}`);
      }
      expect(empty).toEqual([]);

      demo.kill('SIGINT');
      await eventually(() => demo.exitCode !== null, 30_000);
      expect(processesOf('retune-demo-')).toEqual([]);
    },
    LOOP_MS + 60_000,
  );

  it.each([
    {
      flag: '--bad-data',
      shows: [
        '(blocked): block_when: 1 firing: IrisErrorRate',
        'RetrainingHeld',
        'nothing was trained on bad data',
      ],
      never: /^.*run .*(dispatched|triggering)/m,
    },
    {
      flag: '--no-gain',
      shows: ['soaking → not_improved', 'RetrainingDidNotHelp', '(circuit open)', 'training did not help'],
      never: /→ (verified|regressed)/,
    },
  ])(
    'has another ending with $flag',
    async ({ flag, shows, never }) => {
      const { demo, output } = startDemo(['--once', flag]);
      await eventually(() => demo.exitCode !== null, LOOP_MS);
      for (const line of shows) expect(output()).toContain(line);
      expect(output()).not.toMatch(never);
      expect(demo.exitCode).toBe(0);
    },
    LOOP_MS + 30_000,
  );
});
