import { afterAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { createLogger, Logs } from './log.js';
import { DatabaseClient } from './database.client.js';
import { startEmbeddedPostgres } from './embedded-postgres.client.js';
import { migrate } from './migrate.client.js';

const log = new Logs(createLogger('json', 'error')).for('test');

describe('embedded PostgreSQL', () => {
  const folders: string[] = [];
  const tempDir = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'retune-pg-'));
    execFileSync('chmod', ['755', folder]);
    folders.push(folder);
    return folder;
  };
  afterAll(async () => {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  });

  it('starts on an empty folder, keeps its data, and says who uses a folder twice', async () => {
    const folder = await tempDir();
    const first = await startEmbeddedPostgres(folder);
    expect(await migrate(first.address)).toContain('0001-evaluation.sql');
    expect(await migrate(first.address)).toEqual([]);
    await expect(startEmbeddedPostgres(folder)).rejects.toThrow(/is in use by another Retune/);
    await first.stop();

    const again = await startEmbeddedPostgres(folder);
    const database = new DatabaseClient(again.address, log);
    const rows = await sql<{ name: string }>`select name from migrations order by name`.execute(database.db);
    expect(rows.rows.length).toBeGreaterThanOrEqual(5);
    await database.close();
    await again.stop();
  }, 60_000);

  it('starts although postmaster.pid names a process that is not its server', async () => {
    const folder = await tempDir();
    const first = await startEmbeddedPostgres(folder);
    await first.stop();
    const pidFile = join(folder, '18', 'cluster', 'postmaster.pid');
    await writeFile(pidFile, `${process.pid}\n${join(folder, '18', 'cluster')}\n`);
    const again = await startEmbeddedPostgres(folder);
    expect((await readFile(pidFile, 'utf8')).split('\n')[0]).not.toBe(String(process.pid));
    await again.stop();
  }, 60_000);

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot(
    'starts as root on a folder that nobody else can enter',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'retune-pg-'));
      folders.push(folder);
      const server = await startEmbeddedPostgres(join(folder, 'data'));
      folders.push(dirname(server.dataDir));
      expect(await migrate(server.address)).toContain('0001-evaluation.sql');
      await server.stop();
    },
    60_000,
  );

  it('refuses a migration that was edited after it had been applied', async () => {
    const folder = await tempDir();
    const server = await startEmbeddedPostgres(folder);
    const migrations = await tempDir();
    await writeFile(join(migrations, '0001-a.sql'), 'create table a (x int)');
    expect(await migrate(server.address, migrations)).toEqual(['0001-a.sql']);
    await writeFile(join(migrations, '0001-a.sql'), 'create table a (y int)');
    await expect(migrate(server.address, migrations)).rejects.toThrow(/0001-a.sql was changed/);
    await writeFile(join(migrations, '0002-b.sql'), 'create table b (x int); select 1/0');
    await server.stop();
  }, 60_000);
});
