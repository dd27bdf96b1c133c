/** Child processes that never outlive the script: signals sent to us reach them, and we end with their exit code. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '');

/**
 * Runs a command from the project's root with our own terminal and returns its exit code, 128 + n when signal n ended it.
 * SIGTERM and SIGHUP are passed on; SIGINT only without a terminal, because a terminal sends Ctrl-C to the child itself.
 */
export function runInherited(command, args, { env = process.env, shell = false } = {}) {
  const child = spawn(command, args, { cwd: ROOT, env, shell, stdio: 'inherit' });
  return ended(child, (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}

/**
 * Runs a command in a process group of its own and collects what it prints. After `timeoutMs` the whole group is killed
 * and the output says so. Resolves to `{ code, output }`; never rejects.
 */
export async function runCollected(command, args, { env = process.env, timeoutMs }) {
  const child = spawn(command, args, { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  const killGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      child.kill(signal); // Windows has no process groups
    }
  };
  const timer = setTimeout(() => {
    chunks.push(Buffer.from(`\nStopped after ${Math.round(timeoutMs / 60_000)} minutes.\n`));
    killGroup('SIGKILL');
  }, timeoutMs);
  const code = await ended(child, killGroup).catch((error) => {
    chunks.push(Buffer.from(`${error.message}\n`));
    return 127;
  });
  clearTimeout(timer);
  return { code, output: Buffer.concat(chunks).toString('utf8') };
}

function ended(child, onSignal) {
  const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => [signal, () => onSignal(signal)]);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  }).finally(() => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  });
}
