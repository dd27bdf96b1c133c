/** Rows of `heartbeat_watches`: one for each expected heartbeat that was ever looked for. */
export interface HeartbeatWatchTable {
  name: string;
  since: Date;
  checked_at: Date;
  last_seen: Date | null;
}

/** The tables of this folder, for `db.withTables`. */
export interface HeartbeatTables {
  heartbeat_watches: HeartbeatWatchTable;
}
