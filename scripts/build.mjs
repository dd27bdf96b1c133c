/**
 * Compiles the service into build/ and bundles it into dist/, with the iris example, unless dist/ already holds exactly
 * these sources. What counts is the content of the sources, so a checkout, a touched file or a changed test never builds twice.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT, runInherited } from './child.mjs';
import { installPackages, requireNode } from './install.mjs';

/** Module by module, as the sources stand. */
const COMPILED = join(ROOT, 'build');
/** What runs and is shipped. */
const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.built');
const SOURCES = [
  'src',
  'examples/iris',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/build.mjs',
  'scripts/bundle.mjs',
];
const NOT_BUILT = /\.(spec|contract)\.ts$/;

/** Builds when needed; throws when the compiler finds an error (its messages are printed by then). */
export async function build() {
  const sources = hashOfSources();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return;

  console.error('Building …');
  for (const folder of [COMPILED, DIST]) rmSync(folder, { recursive: true, force: true });
  await compile('tsconfig.build.json');
  // Loaded only now: before the packages are installed there is no bundler.
  const { bundle } = await import('./bundle.mjs');
  await bundle(['main', 'cli'], COMPILED, DIST);
  // A library of other people's processes, which bring its packages.
  cpSync(join(COMPILED, 'instrumentation'), join(DIST, 'instrumentation'), { recursive: true });
  // After the service, because the example imports `retune/instrumentation`, which package.json points at dist/.
  await compile('examples/iris/tsconfig.json');
  writeFileSync(STAMP, sources);
}

async function compile(project) {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const code = await runInherited(process.execPath, [tsc, '-p', project]);
  if (code !== 0) throw new Error(`The build failed: ${project} does not compile.`);
}

function hashOfSources() {
  const hash = createHash('sha256');
  const add = (path) =>
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  for (const source of SOURCES) {
    if (/\.\w+$/.test(source)) {
      add(source);
      continue;
    }
    const entries = readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !NOT_BUILT.test(entry.name));
    for (const path of files.map((file) => join(file.parentPath, file.name)).toSorted())
      add(path.slice(ROOT.length + 1));
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    requireNode();
    await installPackages();
    await build();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
