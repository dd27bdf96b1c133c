import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DatabaseClient, withTables } from './database.client.js';

interface Tables {
  installation_keys: { name: string; key: Buffer };
}

/** Random keys made once per installation and shared by its replicas. They never leave the database but to sign. */
@Injectable()
export class InstallationKeys {
  private readonly known = new Map<string, Buffer>();

  constructor(private readonly database: DatabaseClient) {}

  /** The 32-byte key of that name; made by whoever asks first. */
  async get(name: string): Promise<Buffer> {
    const known = this.known.get(name);
    if (known) return known;
    const tables = withTables<Tables>(this.database.db);
    await tables
      .insertInto('installation_keys')
      .values({ name, key: randomBytes(32) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const row = await tables
      .selectFrom('installation_keys')
      .select('key')
      .where('name', '=', name)
      .executeTakeFirstOrThrow();
    this.known.set(name, row.key);
    return row.key;
  }
}
