import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { DatabaseAddress } from './database.client.js';
import { NoEmbeddedPostgresError, postgresBinaries, reachableByAll } from './postgres-binaries.client.js';

const run = promisify(execFile);
const MAJOR = '18';
const START_TIMEOUT_MS = 60_000;
const NOBODY = 65534;
/** Where the data of a service that runs as root lies when its own folder is closed to everybody else. */
const ROOTS_DATA = '/var/lib/retune';
const SOCKET_PATH_LIMIT = 90; // sockaddr_un holds 107 bytes, PostgreSQL adds "/.s.PGSQL.5432"

// The shell holds a pipe from us: when we end, however that happens, the pipe closes and the server shuts down fast.
const WATCHDOG =
  '"$0" "$@" <&- 3<&- & P=$!; trap \'kill -INT $P\' TERM INT; (cat >/dev/null; kill -INT $P 2>/dev/null) <&3 & wait $P';

const SETTINGS = {
  listen_addresses: '',
  max_connections: '80',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  log_min_messages: 'warning',
};

/** A PostgreSQL of our own: started for this process, reachable through a socket only, gone when this process is gone. */
export interface EmbeddedPostgres {
  readonly address: DatabaseAddress;
  /** Where the data really lies; elsewhere than asked when the server's user cannot enter the folder. */
  readonly dataDir: string;
  /** Called when the server ends although nobody asked it to. */
  onExit(listener: (detail: string) => void): void;
  /** Shuts it down; the last step of a shutdown. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on `<dataDir>/18`, creating the database cluster first if there is none. `settings` are laid over ours,
 * by the names of PostgreSQL.
 * @throws NoEmbeddedPostgresError with one sentence for the operator when that is impossible.
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmbeddedPostgres> {
  // PostgreSQL refuses to run as root; any other user will do.
  const uid = process.getuid?.() === 0 ? NOBODY : undefined;
  const folder = await clusterFolder(resolve(dataDir), uid);
  const binaries = await postgresBinaries(uid);
  const socketDir =
    join(folder, 'run').length < SOCKET_PATH_LIMIT ? join(folder, 'run') : shortSocketDir(folder);
  for (const path of [folder, socketDir]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
    if (uid !== undefined) await chown(path, uid, uid);
  }
  const cluster = join(folder, 'cluster');
  const passwordFile = join(folder, 'password');
  if (!existsSync(join(cluster, 'PG_VERSION'))) await createCluster(binaries, cluster, passwordFile, uid);
  await clearStalePid(cluster);
  const server = await startServer(
    binaries,
    cluster,
    { ...settings, unix_socket_directories: socketDir },
    uid,
  );
  const password = (await readFile(passwordFile, 'utf8')).trim();
  return {
    address: { host: socketDir, port: 5432, user: 'retune', password, database: 'postgres' },
    dataDir: folder,
    onExit: (listener) => server.child.once('exit', () => server.stopping || listener(server.lastLines())),
    stop: () => server.stop(),
  };
}

async function clusterFolder(dataDir: string, uid: number | undefined): Promise<string> {
  if (uid !== undefined && !(await reachableByAll(dataDir))) {
    // A folder that was made anew under an old name is another one, and begins empty.
    const made = await stat(dataDir).catch(() => undefined);
    const own =
      made && (await reachableByAll(resolve(dataDir, '..'))) ? `\0${made.ino}\0${made.birthtimeMs}` : '';
    const name = createHash('sha256').update(`${dataDir}${own}`).digest('hex').slice(0, 12);
    const folder = join(ROOTS_DATA, name);
    await mkdir(folder, { recursive: true });
    for (const path of [ROOTS_DATA, folder]) await chmod(path, 0o711); // the server's user has to pass through
    return join(folder, MAJOR);
  }
  await mkdir(dataDir, { recursive: true });
  return join(dataDir, MAJOR);
}

function shortSocketDir(folder: string): string {
  return join(tmpdir(), `retune-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`);
}

async function createCluster(
  binaries: string,
  cluster: string,
  passwordFile: string,
  uid: number | undefined,
): Promise<void> {
  await rm(cluster, { recursive: true, force: true });
  await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
  if (uid !== undefined) await chown(passwordFile, uid, uid);
  const options = ['-D', cluster, '-U', 'retune', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  try {
    await run(join(binaries, 'bin', 'initdb'), [...options, '-E', 'UTF8', '--locale=C', '--no-sync'], {
      ...(uid === undefined ? {} : { uid, gid: uid }),
      env: { ...process.env, LC_ALL: 'C' },
      cwd: '/',
    });
  } catch (error) {
    await rm(cluster, { recursive: true, force: true });
    const detail = ((error as { stderr?: string }).stderr ?? (error as Error).message).trim();
    throw new NoEmbeddedPostgresError(`could not create a database in ${cluster}: ${detail}`, {
      cause: error,
    });
  }
}

/** After a crash the pid in postmaster.pid may belong to somebody else by now; PostgreSQL would refuse to start. */
async function clearStalePid(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  if (!pid) return;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (process.platform !== 'linux' && isAlive(pid)) return;
  if (command.includes('postgres') && command.includes(cluster)) {
    throw new NoEmbeddedPostgresError(
      `the data directory ${cluster} is in use by another Retune (its PostgreSQL has pid ${pid}); stop that one, or give this one its own DATA_DIR`,
    );
  }
  await rm(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

interface Server {
  readonly child: ChildProcess;
  stopping: boolean;
  lastLines(): string;
  stop(): Promise<void>;
}

async function startServer(
  binaries: string,
  cluster: string,
  settings: Readonly<Record<string, string>>,
  uid: number | undefined,
): Promise<Server> {
  const all = { ...SETTINGS, unix_socket_permissions: '0700', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(
    '/bin/sh',
    ['-c', WATCHDOG, join(binaries, 'bin', 'postgres'), '-D', cluster, ...flags],
    {
      ...(uid === undefined ? {} : { uid, gid: uid }),
      cwd: '/',
      detached: true, // a terminal's Ctrl-C must reach us, not the server we still need for draining
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    },
  );
  let lines = '';
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const ready = new Promise<void>((done, fail) => {
    const timer = setTimeout(
      () => fail(new NoEmbeddedPostgresError('PostgreSQL did not start in 60 s')),
      START_TIMEOUT_MS,
    );
    child.stderr?.on('data', (chunk: Buffer) => {
      lines = (lines + chunk.toString()).slice(-4000);
      if (lines.includes('ready to accept connections')) done(clearTimeout(timer));
    });
    child.once('exit', () => {
      clearTimeout(timer);
      fail(new NoEmbeddedPostgresError(startFailure(lines, cluster)));
    });
  });
  const server: Server = {
    child,
    stopping: false,
    lastLines: () => lines.trim().split('\n').slice(-3).join(' | '),
    stop: async () => {
      server.stopping = true;
      (child.stdio[3] as NodeJS.WritableStream).end();
      await exited;
    },
  };
  await ready;
  return server;
}

function startFailure(lines: string, cluster: string): string {
  if (lines.includes('incompatible with server')) {
    return `the files in ${cluster} were written by another major version of PostgreSQL`;
  }
  const fatal = lines.split('\n').find((line) => line.includes('FATAL'));
  return `PostgreSQL did not start on ${cluster}: ${(fatal ?? lines).trim()}`;
}
