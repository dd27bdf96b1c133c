/**
 * `npm run test:contracts`: holds what the adapters of hosted CI systems send, and what the tests have them answered, against the official
 * descriptions of their APIs. These are large and belong to others, so they are fetched into a scratch folder and thrown away; with
 * RETUNE_CONTRACTS_DIR set, they are kept there. Not part of `npm test`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, runInherited } from './child.mjs';
import { installPackages, requireNode } from './install.mjs';

/** Held fast: a newer description may ask for more, and that is to be seen when this line changes, not at random. */
const PACKAGE = '@octokit/openapi';
const VERSION = '23.0.2';

requireNode();
await installPackages();
const kept = process.env.RETUNE_CONTRACTS_DIR;
const scratch = kept ?? mkdtempSync(join(tmpdir(), 'retune-contracts-'));
try {
  const folder = join(scratch, 'node_modules', ...PACKAGE.split('/'));
  if (versionIn(folder) !== VERSION) await fetchPackage();
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  process.exitCode = await runInherited(process.execPath, [...flags, jest, '--selectProjects', 'official'], {
    env: { ...process.env, RETUNE_GITHUB_DESCRIPTIONS: join(folder, 'generated') },
  });
} finally {
  if (kept === undefined) rmSync(scratch, { recursive: true, force: true });
}

async function fetchPackage() {
  console.error(`Fetching ${PACKAGE} ${VERSION} (about 400 MB unpacked) …`);
  const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const args = ['install', '--prefix', scratch, ...flags, `${PACKAGE}@${VERSION}`];
  const code = await runInherited('npm', args, {
    shell: process.platform === 'win32',
    stdout: process.stderr,
  });
  if (code !== 0) throw new Error(`npm install failed with exit code ${code}; its message stands above.`);
}

function versionIn(folder) {
  const path = join(folder, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).version : undefined;
}
