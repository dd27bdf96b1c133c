/**
 * How long `retune alertmanager` takes until it is ready, beside Alertmanager with the same flags: on a new storage path, the
 * database's own initialisation included, and on one that is there. Rounds alternate; medians, and the memory right after.
 *
 *   npm run bench:start-up -- [--rounds 7] [--json]
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ROOT } from '../child.mjs';
import { build } from '../build.mjs';
import { findProgram } from '../programs.mjs';
import { median, residentMegabytes } from './measure.mjs';
import { freePort, runBench, start, tempFolder } from './servers.mjs';
import { fixed, table } from './table.mjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, json: { type: 'boolean', default: false } },
});

const alertmanager = findProgram('alertmanager');
const CONTENDERS = {
  retune: [process.execPath, join(ROOT, 'dist/cli.js'), 'alertmanager'],
  ...(alertmanager && { alertmanager: [alertmanager] }),
};

/** Starts a contender on a folder, and stops it again: seconds until it is ready, and its memory then. */
async function measure([command, ...args], folder) {
  const listen = `127.0.0.1:${await freePort()}`;
  const began = performance.now();
  const server = start(command, [
    ...args,
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=${listen}`,
    '--cluster.listen-address=',
  ]);
  while (
    !(await fetch(`http://${listen}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await sleep(5);
  const seconds = (performance.now() - began) / 1000;
  const { pid, stop } = await server;
  const megabytes = residentMegabytes(pid);
  await stop();
  return { seconds, megabytes };
}

await runBench(async () => {
  await build();
  const results = Object.fromEntries(
    Object.keys(CONTENDERS).map((name) => [name, { fresh: [], existing: [] }]),
  );
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [name, command] of Object.entries(CONTENDERS)) {
      const folder = tempFolder();
      writeFileSync(join(folder, 'alertmanager.yml'), 'route: { receiver: x }\nreceivers: [{ name: x }]\n');
      results[name].fresh.push(await measure(command, folder));
      results[name].existing.push(await measure(command, folder));
    }
  }
  const rows = Object.entries(results).map(([name, { fresh, existing }]) => ({
    name,
    fresh: median(fresh.map(({ seconds }) => seconds)),
    existing: median(existing.map(({ seconds }) => seconds)),
    slowest: Math.max(...existing.map(({ seconds }) => seconds)),
    megabytes: median(existing.map(({ megabytes }) => megabytes)),
  }));
  if (options.json) console.log(JSON.stringify(rows));
  else
    console.log(
      table(
        ['', 'new storage s', 'existing s', 'slowest existing s', 'RSS MB'],
        rows.map((row) => [
          row.name,
          fixed(row.fresh),
          fixed(row.existing),
          fixed(row.slowest),
          fixed(row.megabytes, 0),
        ]),
      ),
    );
});
