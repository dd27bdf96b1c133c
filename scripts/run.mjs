/**
 * `npm start` and `npm run demo`, from a bare clone too: install, build, run. Uses nothing but Node's own modules.
 * Whatever follows the command is handed to the program, e.g. `npm start -- --help`.
 */
import { join } from 'node:path';
import { build } from './build.mjs';
import { ROOT, runInherited } from './child.mjs';
import { installPackages, requireNode } from './install.mjs';
import { debianPrefix, findProgram, installDebian } from './programs.mjs';

const ENTRY = { start: 'dist/main.js', demo: 'dist/examples/iris/demo.js' };

/** The environment in which the demo finds its Prometheus: one that runs already, or a binary to start. */
async function withPrometheus(env) {
  if (env.PROMETHEUS_URL) {
    await requireAnswer(env.PROMETHEUS_URL);
    return env;
  }
  const found = findProgram('prometheus') || (await installPrometheus());
  if (found) return { ...env, RETUNE_DEMO_PROMETHEUS: found };
  throw new Error(
    'The demo needs Prometheus: put a `prometheus` binary (https://prometheus.io/download) on the PATH, set PROMETHEUS_URL to one that runs, or use Debian or Ubuntu as root or with passwordless sudo and it is installed for you.',
  );
}

async function installPrometheus() {
  const prefix = debianPrefix();
  if (prefix === undefined || !(await installDebian(['prometheus'], prefix))) return undefined;
  return findProgram('prometheus');
}

async function requireAnswer(url) {
  const ready = `${url.replace(/\/+$/, '')}/-/ready`;
  let problem;
  try {
    const answer = await fetch(ready, { signal: AbortSignal.timeout(5_000) });
    if (answer.ok) return;
    problem = `it answers ${answer.status}`;
  } catch (error) {
    problem = error.cause?.code ?? error.cause?.message ?? error.message;
  }
  throw new Error(
    `PROMETHEUS_URL does not lead to a Prometheus that is ready (${ready}: ${problem}). Correct it, or unset it and the demo starts its own.`,
  );
}

const [name, ...args] = process.argv.slice(2);
try {
  requireNode();
  const entry = ENTRY[name];
  if (entry === undefined) throw new Error(`expected "start" or "demo", got "${name ?? ''}"`);
  const env = name === 'demo' ? await withPrometheus(process.env) : process.env;
  await installPackages();
  await build();
  process.exitCode = await runInherited(process.execPath, [join(ROOT, entry), ...args], { env });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
