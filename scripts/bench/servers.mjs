/** The programs that a benchmark runs: each in a process and a folder of its own, all ended with the benchmark. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../child.mjs';
import { findProgram } from '../programs.mjs';

const READY_WITHIN_MS = 60_000;
const folders = [];
const children = new Set();

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A new folder that is gone after the benchmark. */
export function tempFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'retune-bench-'));
  chmodSync(folder, 0o755); // PostgreSQL runs as another user
  folders.push(folder);
  return folder;
}

/** Starts a command and waits until `ready` answers with 2xx. */
export async function start(command, args, { ready, env = process.env } = {}) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output = (output + chunk).slice(-8000)));
  const exited = new Promise((resolve) => child.once('exit', () => resolve(true)));
  child.once('exit', () => children.delete(child));
  const server = {
    pid: child.pid,
    output: () => output,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await Promise.race([exited, sleep(10_000).then(() => child.kill('SIGKILL'))]);
    },
  };
  const deadline = Date.now() + READY_WITHIN_MS;
  for (let waiting = ready !== undefined; waiting;) {
    if (child.exitCode !== null) throw new Error(`${command} ended at once:\n${output.slice(-1000)}`);
    try {
      waiting = !(await fetch(ready)).ok;
      if (!waiting) break;
    } catch {
      // not yet
    }
    if (Date.now() > deadline) throw new Error(`${command} was not ready in time:\n${output.slice(-1000)}`);
    await sleep(100);
  }
  return server;
}

/** The exporter of a fleet; resolves once it listens. */
export async function startFleet(models) {
  const server = await start(process.execPath, [join(ROOT, 'scripts/bench/fleet.mjs'), String(models)]);
  while (!/^\d+\n/.test(server.output())) await sleep(20);
  return { ...server, target: `127.0.0.1:${Number(server.output())}` };
}

/** A Prometheus that scrapes `targets`, and evaluates `ruleFile` when there is one. */
export async function startPrometheus({
  targets,
  interval,
  ruleFile,
  alertmanager,
  binary = findProgram('prometheus'),
}) {
  if (!binary) throw new Error('no Prometheus: apt-get install prometheus, or set PROMETHEUS_BIN');
  const folder = tempFolder();
  const port = await freePort();
  const config = {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: ruleFile ? [ruleFile] : [],
    scrape_configs: [{ job_name: 'fleet', static_configs: [{ targets }] }],
    alerting: { alertmanagers: alertmanager ? [{ static_configs: [{ targets: [alertmanager] }] }] : [] },
  };
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config)); // JSON is YAML
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=warn',
  ];
  return { ...(await start(binary, args, { ready: `${url}/-/ready` })), url };
}

/** The built service, on its embedded database, with these files in its rules folder. */
export async function startRetune(prometheusUrl, files, env = {}) {
  const folder = tempFolder();
  mkdirSync(join(folder, 'rules'));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, 'rules', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await start(process.execPath, [join(ROOT, 'dist/main.js')], {
    ready: `${url}/readyz`,
    env: {
      ...process.env,
      PROMETHEUS_URL: prometheusUrl,
      RULES_DIR: join(folder, 'rules'),
      DATA_DIR: join(folder, 'data'),
      PORT: String(port),
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      ...env,
    },
  });
  return { ...server, url };
}

/** An Alertmanager with this configuration, without its clustering. */
export async function startAlertmanager(config, binary = findProgram('alertmanager')) {
  if (!binary)
    throw new Error('no Alertmanager: apt-get install prometheus-alertmanager, or set ALERTMANAGER_BIN');
  const folder = tempFolder();
  writeFileSync(join(folder, 'alertmanager.yml'), JSON.stringify(config)); // JSON is YAML
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${folder}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  return { ...(await start(binary, args, { ready: `${url}/-/ready` })), url };
}

/** vmalert against a Prometheus; undefined when Debian's package of it cannot be had. */
export async function startVmalert(prometheusUrl, ruleFile, extra = []) {
  const binary = findVmalert();
  if (!binary) return undefined;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `-datasource.url=${prometheusUrl}`,
    `-rule=${ruleFile}`,
    '-notifier.blackhole',
    `-httpListenAddr=127.0.0.1:${port}`,
    '-rule.evalDelay=0s',
    ...extra,
  ];
  return { ...(await start(binary, args, { ready: `${url}/health` })), url };
}

/** vmalert: from VMALERT_BIN, the PATH, or Debian's package unpacked into a folder without installing it. */
export function findVmalert() {
  if (process.env.VMALERT_BIN) return process.env.VMALERT_BIN;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (existsSync(join(folder, 'vmalert'))) return join(folder, 'vmalert');
  }
  const cache = join(ROOT, 'node_modules/.cache/bench');
  const unpacked = join(cache, 'usr/bin/vmalert');
  if (!existsSync(unpacked)) {
    mkdirSync(cache, { recursive: true });
    spawnSync('apt-get', ['download', 'victoria-metrics'], { cwd: cache, stdio: 'ignore' });
    const archive = readdirSync(cache).find((name) => name.endsWith('.deb'));
    if (archive) spawnSync('dpkg-deb', ['-x', archive, '.'], { cwd: cache, stdio: 'ignore' });
  }
  return existsSync(unpacked) ? unpacked : undefined;
}

/** Runs a benchmark to its end, tells what went wrong in one line, and leaves no process and no folder. */
export async function runBench(main) {
  try {
    await main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    await stopAll();
  }
  process.exit();
}

/** Ends everything and removes the folders. */
async function stopAll() {
  for (const child of children) child.kill('SIGTERM');
  const deadline = Date.now() + 10_000;
  while (children.size > 0 && Date.now() < deadline) await sleep(50);
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
