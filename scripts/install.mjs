/** Brings node_modules up to date with package-lock.json, and only then: a second start costs a hash. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runInherited } from './child.mjs';

const STAMP = join(ROOT, 'node_modules', '.retune-installed');
const OLDEST_NODE = [20, 19];

/** Throws an error with one sentence for people when this Node is older than package.json's `engines` allows. */
export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Error(
    `Retune needs Node.js ${OLDEST_NODE.join('.')} or newer, and this is ${version}. Install a current one from https://nodejs.org and run the command again.`,
  );
}

/** Installs the packages of the lockfile, development ones included, unless this very lockfile is installed already. */
export async function installPackages() {
  const lockfile = readFileSync(join(ROOT, 'package-lock.json'));
  const machine = `${process.platform}-${process.arch} abi ${process.versions.modules}`;
  const wanted = `${machine} ${createHash('sha256').update(lockfile).digest('hex')}`;
  const stamp = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : machine;
  if (stamp === wanted) return;
  if (stamp.startsWith(machine) && installedByHand(JSON.parse(lockfile))) {
    writeFileSync(STAMP, wanted);
    return;
  }

  console.error('Installing packages; the first time takes about half a minute …');
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath ?? '';
  const code = /npm-cli\.c?js$/.test(npm)
    ? await runInherited(process.execPath, [npm, ...args], { stdout: process.stderr })
    : await runInherited('npm', args, { shell: process.platform === 'win32', stdout: process.stderr });
  if (code !== 0) throw new Error(`npm ci failed with exit code ${code}; its message stands above.`);
  writeFileSync(STAMP, wanted);
}

/** Whether node_modules already holds the lockfile's versions, as after somebody's own `npm ci` or `npm install`. */
function installedByHand(lock) {
  const hidden = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(lock.packages).every(
    ([path, entry]) =>
      path === '' || (installed[path] ? installed[path].version === entry.version : entry.optional === true),
  );
}
