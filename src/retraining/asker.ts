/** Who asks for a run when no alert has to: then nothing need fire, and all other gates are judged as ever. */
export type Asker =
  | { readonly kind: 'schedule'; readonly at: Date }
  | { readonly kind: 'person'; readonly name: string; readonly why?: string };

/** What is asked, in words: `scheduled for 2026-03-15T02:00:00.000Z`, `ann asks: new labels are in`. */
export function tellAsker(asker: Asker): string {
  if (asker.kind === 'schedule') return `scheduled for ${asker.at.toISOString()}`;
  return `${asker.name} asks${asker.why ? `: ${asker.why}` : ''}`;
}

/** A short name of who asks, for records: `schedule`, `person ann`. */
export function nameAsker(asker: Asker): string {
  return asker.kind === 'schedule' ? 'schedule' : `person ${asker.name}`;
}
