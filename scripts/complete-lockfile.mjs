/**
 * Makes package-lock.json whole for every platform. A registry mirror that lacks, say, the macOS builds of a native
 * package makes npm write a lockfile without them, and `npm ci` then refuses that lockfile ("Missing: … from lock file").
 * The missing entries need only a version and the platform, and both stand in the dependency's name and pinned version.
 *
 *   node scripts/complete-lockfile.mjs           writes the missing entries
 *   node scripts/complete-lockfile.mjs --check   changes nothing, exits 1 when something is missing or `resolved` is there
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
const EXACT = /^\d+\.\d+\.\d+(-[\w.-]+)?$/;

/** The platform that a package name such as `@swc/core-linux-x64-musl` spells out; undefined when it names none. */
export function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = OS.find((word) => words.includes(word));
  const cpu = CPU.find((word) => words.includes(word));
  if (os === undefined || cpu === undefined) return undefined;
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => /^(gnu|glibc)/.test(word))
      ? 'glibc'
      : undefined;
  return { os, cpu, libc };
}

/** Where Node would find `name` from the package at `from`; undefined when the lockfile has no such entry. */
function resolve(packages, from, name) {
  for (let base = from; ;) {
    const path = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    if (packages[path]) return path;
    if (base === '') return undefined;
    const cut = base.lastIndexOf('/node_modules/');
    base = cut < 0 ? '' : base.slice(0, cut);
  }
}

/** Entries that `npm ci` would ask for and the lockfile lacks: path → entry. */
export function missingEntries(lock) {
  const missing = {};
  for (const [from, owner] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
      const platform = platformOf(name);
      if (!EXACT.test(version) || platform === undefined) continue;
      const found = resolve({ ...lock.packages, ...missing }, from, name);
      if (found && (lock.packages[found] ?? missing[found]).version === version) continue;
      missing[found ? `${from}/node_modules/${name}` : `node_modules/${name}`] = {
        version,
        cpu: [platform.cpu],
        ...(owner.dev ? { dev: true } : {}),
        ...(platform.libc && platform.os === 'linux' ? { libc: [platform.libc] } : {}),
        optional: true,
        os: [platform.os],
      };
    }
  }
  return missing;
}

/** The lockfile with `entries` added, in npm's own order of paths. */
export function withEntries(lock, entries) {
  const all = Object.entries({ ...lock.packages, ...entries });
  all.sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(all) };
}

/** What is wrong with a lockfile, as sentences; empty when it is portable and complete. */
export function lockfileFaults(lock) {
  const resolved = Object.keys(lock.packages).filter(
    (path) => lock.packages[path].resolved !== undefined && !lock.packages[path].link,
  );
  const missing = Object.keys(missingEntries(lock));
  return [
    ...resolved.map(
      (path) =>
        `${path}: has a "resolved" address; the lockfile must work with every registry (.npmrc sets omit-lockfile-registry-resolved)`,
    ),
    ...missing.map((path) => `${path}: missing; run \`npm run lockfile\` and commit package-lock.json`),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
  const text = readFileSync(file, 'utf8');
  const lock = JSON.parse(text);
  if (process.argv.includes('--check')) {
    const faults = lockfileFaults(lock);
    for (const fault of faults) console.error(`package-lock.json: ${fault}`);
    process.exitCode = faults.length === 0 ? 0 : 1;
  } else {
    const entries = missingEntries(lock);
    const count = Object.keys(entries).length;
    if (count > 0) writeFileSync(file, `${JSON.stringify(withEntries(lock, entries), null, 2)}\n`);
    console.log(
      count === 0
        ? 'package-lock.json is complete.'
        : `Added ${count} platform packages to package-lock.json.`,
    );
  }
}
