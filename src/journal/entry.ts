/** What kinds of things the journal tells of. */
export const ENTRY_KINDS = [
  'transition',
  'notified',
  'suppressed',
  'delivered',
  'delivery_failed',
  'decision',
  'run',
  'incident',
  'rule_health',
  'datasource',
  'configuration',
  'operator',
] as const;

/** One of {@link ENTRY_KINDS}. */
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** One thing that happened, and why, in words for people. */
export interface JournalEntry {
  readonly at: Date;
  readonly kind: EntryKind;
  /** One sentence that stands alone. */
  readonly summary: string;
  /** A word of the closed set that belongs to the kind. */
  readonly reason?: string;
  readonly model?: string;
  readonly rule?: string;
  readonly fingerprint?: string;
  readonly receiver?: string;
  readonly runId?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An entry as stored; `id` rises with time and serves as the cursor of a listing. */
export interface StoredEntry extends JournalEntry {
  readonly id: number;
}
