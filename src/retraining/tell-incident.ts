import type { JournalEntry } from '../journal/entry.js';
import type { Incident } from './incident.js';

/** The journal's entry for an incident that was opened. */
export function tellOpened({ id, model, modelVersion }: Incident, now: Date): JournalEntry {
  return {
    at: now,
    kind: 'incident',
    summary: `incident ${id} opened for ${model}${modelVersion ? ` version ${modelVersion}` : ''}`,
    reason: 'opened',
    model,
    details: { incidentId: id },
  };
}
