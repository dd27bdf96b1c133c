/** Child processes that never outlive the script: signals sent to us reach them, and we end with their exit code. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/** The folder of package.json. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '');

const PARENT = process.ppid;

/**
 * Runs a command from the project's root with our own terminal and returns its exit code, 128 + n when signal n ended it.
 * SIGTERM and SIGHUP are passed on; SIGINT only without a terminal, because a terminal sends Ctrl-C to the child itself.
 */
export function runInherited(command, args, { env = process.env, shell = false, stdout = 'inherit' } = {}) {
  const child = spawn(command, args, { cwd: ROOT, env, shell, stdio: ['inherit', stdout, 'inherit'] });
  return ended(child, (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}

/**
 * Runs a command in a process group of its own and collects what it prints, without colours. After `timeoutMs` the whole group is killed
 * and the output says so. Resolves to `{ code, output }`; never rejects. A signal to us ends the command and then us.
 */
export async function runCollected(command, args, { timeoutMs }) {
  const child = spawn(command, args, { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  let interruptedBy;
  const killGroup = (signal) => {
    try {
      process.kill(-Number(child.pid), signal);
    } catch {
      child.kill(signal); // Windows has no process groups
    }
  };
  const timer = setTimeout(() => {
    chunks.push(Buffer.from(`\nStopped after ${Math.round(timeoutMs / 60_000)} minutes.\n`));
    killGroup('SIGKILL');
  }, timeoutMs);
  const interrupt = (signal) => {
    interruptedBy = signal;
    killGroup(signal);
  };
  const code = await ended(child, interrupt).catch((error) => {
    chunks.push(Buffer.from(`${error.message}\n`));
    return 127;
  });
  clearTimeout(timer);
  if (interruptedBy) process.exit(128 + constants.signals[interruptedBy]);
  return { code, output: stripVTControlCharacters(Buffer.concat(chunks).toString('utf8')) };
}

function ended(child, onSignal) {
  const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => [signal, () => onSignal(signal)]);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  // npm passes SIGTERM to the shell that it runs us in, and that shell dies without a word: its death is the signal.
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event === undefined || process.ppid === PARENT) return;
    clearInterval(watch);
    onSignal('SIGTERM');
  }, 500);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  }).finally(() => {
    clearInterval(watch);
    for (const [signal, listener] of listeners) process.off(signal, listener);
  });
}
