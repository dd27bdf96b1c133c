import type { Silence } from './silence.js';

/**
 * What a silence keeps quiet: people only, or retraining of the silenced models as well. `all` unless its author said
 * otherwise: who silences an alert during a migration seldom wants a retraining begun by it.
 */
export type SilenceScope = 'all' | 'notifications';

/**
 * The annotation that carries the scope. Alertmanager's API has a place for annotations since 0.32, so that any client can
 * write it and gets it back when it edits the silence.
 */
export const SCOPE_ANNOTATION = 'retune_scope';

const SCOPES: readonly string[] = ['all', 'notifications'] satisfies readonly SilenceScope[];

/** The scope of a silence. */
export function silenceScope({ annotations }: Pick<Silence, 'annotations'>): SilenceScope {
  return annotations[SCOPE_ANNOTATION] === 'notifications' ? 'notifications' : 'all';
}

/** Why an annotation is no scope, in words for who wrote it; undefined when it is one or absent. */
export function complainOfScope(annotations: Silence['annotations']): string | undefined {
  const written = annotations[SCOPE_ANNOTATION];
  if (written === undefined || SCOPES.includes(written)) return undefined;
  return `expected ${SCOPES.join(' or ')} in the annotation ${SCOPE_ANNOTATION}, got ${JSON.stringify(written)}`;
}

/** Of silences that hold, those that also keep retraining from starting. */
export function stopsRetraining(silences: readonly Silence[]): readonly Silence[] {
  return silences.filter((silence) => silenceScope(silence) === 'all');
}
