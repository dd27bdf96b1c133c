import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { readReference, type ReferenceDocument } from '../drift/reference-document.js';
import { type Db, withTables } from '../platform/database.client.js';
import { SignalsClient } from '../platform/signals.client.js';
import type { Rule } from '../rules/rule.js';
import type { FrozenReference, FrozenReferences, SnapshotRequest } from '../rules/snapshot.js';
import type { Settling } from './step-settling.js';

/** Which snapshot of which model. */
export type SnapshotKey = Pick<SnapshotRequest, 'model' | 'scope'>;

/** A version that waits, as it is stored: with the sentence that says for what. */
export interface SettlingRow extends Settling, SnapshotKey {
  readonly waitsFor: string;
}

/** The pin of a version that is in force, without its counts. */
export interface Pin extends SnapshotKey {
  readonly version: string;
  readonly revision: number;
}

/** What is to be frozen. */
export interface NewPin extends Pin, ReferenceDocument {
  /** Counted over a span somebody named, not over the version's own. */
  readonly fixed: boolean;
  readonly countedFrom: Date;
  readonly countedTo: Date;
  readonly pinnedAt: Date;
  readonly reason: string;
}

interface PinTable {
  model: string;
  scope: string;
  version: string;
  revision: number;
  fixed: boolean;
  document: string;
  checksum: string;
  counted_from: Date;
  counted_to: Date;
  pinned_at: Date;
  reason: string;
}

interface Tables {
  drift_references: PinTable;
  drift_settling: {
    model: string;
    scope: string;
    version: string;
    since: Date;
    below_since: Date | null;
    repin: string | null;
    waits_for: string;
  };
}

/** Topic of the hint that a reference was frozen, or is to be. */
export const REFERENCES_TOPIC = 'references';

/** A key as text. */
export const keyOf = ({ model, scope }: SnapshotKey): string => `${model}\n${scope}`;
const pinKey = (pin: Pin): string => `${keyOf(pin)}\n${pin.version}\n${pin.revision}`;

/** References frozen in the database, and the versions that wait for theirs. What is in force is kept in memory. */
@Injectable()
export class PinnedReferenceStore {
  private loaded: ReadonlyMap<string, FrozenReference> = new Map();
  private frozen: ReadonlyMap<string, FrozenReferences> = new Map();

  constructor(private readonly signals: SignalsClient) {}

  /** What is frozen for a rule, from memory: as of the last `refresh`. */
  referencesOf({ snapshot }: Pick<Rule, 'snapshot'>): FrozenReferences | undefined {
    return snapshot && this.frozen.get(keyOf(snapshot));
  }

  /** Reads what is in force for these snapshots. Documents never change, so each is read once. */
  async refresh(keys: readonly SnapshotKey[], on: Db): Promise<readonly Pin[]> {
    const wanted = new Set(keys.map(keyOf));
    const pins = (await this.pins(keys, on)).filter((pin) => wanted.has(keyOf(pin)));
    const missing = pins.filter((pin) => !this.loaded.has(pinKey(pin)));
    const read = await Promise.all(missing.map(async (pin) => [pinKey(pin), await load(pin, on)] as const));
    const known = new Map([...this.loaded, ...read]);
    this.loaded = new Map(pins.map((pin) => [pinKey(pin), known.get(pinKey(pin)) as FrozenReference]));
    const frozen = new Map<string, Map<string, FrozenReference>>([...wanted].map((key) => [key, new Map()]));
    for (const { version, waitsFor, ...key } of await this.settling(keys, on))
      frozen.get(keyOf(key))?.set(version, { awaited: waitsFor });
    // A version that is to be pinned anew is compared with its old pin until it has the new one.
    for (const pin of pins)
      frozen.get(keyOf(pin))?.set(pin.version, this.loaded.get(pinKey(pin)) as FrozenReference);
    this.frozen = frozen;
    return pins;
  }

  /** The versions that wait. */
  async settling(keys: readonly SnapshotKey[], on: Db): Promise<readonly SettlingRow[]> {
    const rows = await withTables<Tables>(on)
      .selectFrom('drift_settling')
      .selectAll()
      .where('model', '=', sql<string>`any(${modelsOf(keys)})`)
      .execute();
    return rows.map(({ below_since, waits_for, ...row }) => ({
      ...row,
      belowSince: below_since,
      waitsFor: waits_for,
    }));
  }

  /** Stores how a version waits. */
  async wait(row: SettlingRow, on: Db): Promise<void> {
    const { model, scope, version, since, repin } = row;
    const changing = { since, below_since: row.belowSince, waits_for: row.waitsFor };
    await withTables<Tables>(on)
      .insertInto('drift_settling')
      .values({ model, scope, version, repin, ...changing })
      .onConflict((conflict) => conflict.columns(['model', 'scope', 'version']).doUpdateSet(changing))
      .execute();
  }

  /** The version does not wait any more. */
  async forget({ model, scope, version }: SnapshotKey & { readonly version: string }, on: Db): Promise<void> {
    await withTables<Tables>(on)
      .deleteFrom('drift_settling')
      .where('model', '=', model)
      .where('scope', '=', scope)
      .where('version', '=', version)
      .execute();
  }

  /** Freezes counts and ends the wait. False when somebody else was first: then nothing is stored. */
  async pin(pin: NewPin, trx: Db): Promise<boolean> {
    const { countedFrom, countedTo, pinnedAt, text, ...row } = pin;
    const stored = await withTables<Tables>(trx)
      .insertInto('drift_references')
      .values({
        ...row,
        document: text,
        counted_from: countedFrom,
        counted_to: countedTo,
        pinned_at: pinnedAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('revision')
      .executeTakeFirst();
    if (!stored) return false;
    await this.forget(pin, trx);
    await this.signals.send(REFERENCES_TOPIC, trx);
    return true;
  }

  /**
   * Has a version pinned anew: with what it serves from `now` on, once it has settled. The pin it has stays in force until
   * then. A version without a pin goes on waiting for its first. Returns how many snapshots are to be taken again.
   */
  async repin(model: string, version: string, reason: string, now: Date, trx: Db): Promise<number> {
    const waiting = `to be pinned anew from ${now.toISOString()} on: ${reason}`;
    const { rows } = await sql`
      insert into drift_settling (model, scope, version, since, below_since, repin, waits_for)
      select distinct model, scope, version, ${now}::timestamptz, null::timestamptz, ${reason}, ${waiting}
      from drift_references where model = ${model} and version = ${version} and not fixed
      on conflict (model, scope, version) do update set since = excluded.since, below_since = null,
        repin = excluded.repin, waits_for = excluded.waits_for
      returning scope`.execute(trx);
    if (rows.length > 0) await this.signals.send(REFERENCES_TOPIC, trx);
    return rows.length;
  }

  /** Does what others asked for by rows in `reference_repins`: each once, whoever of several processes comes first. */
  async takeRepins(now: Date, trx: Db): Promise<number> {
    const { rows } = await sql<{ model: string; version: string; reason: string }>`
      update reference_repins set taken_at = ${now} where id in (
        select id from reference_repins where taken_at is null order by id limit 100 for update skip locked
      ) returning model, version, reason`.execute(trx);
    for (const { model, version, reason } of rows) await this.repin(model, version, reason, now, trx);
    return rows.length;
  }

  private async pins(keys: readonly SnapshotKey[], on: Db): Promise<readonly Pin[]> {
    return withTables<Tables>(on)
      .selectFrom('drift_references')
      .select((row) => ['model', 'scope', 'version', row.fn.max('revision').as('revision')])
      .where('model', '=', sql<string>`any(${modelsOf(keys)})`)
      .groupBy(['model', 'scope', 'version'])
      .execute();
  }
}

const modelsOf = (keys: readonly SnapshotKey[]): string[] => [...new Set(keys.map(({ model }) => model))];

async function load(pin: Pin, on: Db): Promise<FrozenReference> {
  const row = await withTables<Tables>(on)
    .selectFrom('drift_references')
    .selectAll()
    .select(sql<string>`document::text`.as('text'))
    .where('model', '=', pin.model)
    .where('scope', '=', pin.scope)
    .where('version', '=', pin.version)
    .where('revision', '=', pin.revision)
    .executeTakeFirstOrThrow();
  const minute = (at: Date): string => `${at.toISOString().slice(0, 16)}Z`;
  const who = [pin.model, pin.version].filter((part) => part !== '').join(' ');
  const what = row.fixed
    ? `${minute(row.counted_from)} to ${minute(row.counted_to)}`
    : `pinned ${minute(row.pinned_at)}`;
  const reference = readReference(row, `${who}, ${what}, sha256:${row.checksum.slice(0, 12)}`);
  if (reference) return { reference };
  return { awaited: `the stored reference of ${who} is damaged: have it pinned anew` };
}
