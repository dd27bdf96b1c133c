import { describe, expect, it } from '@jest/globals';
import { saveSilence } from './save-silence.js';
import type { Silence } from './silence.js';
import { NewSilence } from './silence.schema.js';
import { silenceScope, stopsRetraining } from './silence-scope.js';

const NOW = new Date('2026-03-10T12:00:00Z');

const save = (annotations?: object) =>
  saveSilence(
    NewSilence.parse({
      matchers: [{ name: 'model_name', value: 'iris', isRegex: false }],
      startsAt: NOW.toISOString(),
      endsAt: '2026-03-10T13:00:00Z',
      createdBy: 'ada',
      comment: 'moving the database',
      ...(annotations && { annotations }),
    }),
    undefined,
    NOW,
    'id',
  );
const silence = (annotations?: object): Silence => {
  const saved = save(annotations);
  if (!saved.ok) throw new Error(saved.error.message);
  return saved.silence;
};

describe('the scope of a silence', () => {
  it.each<[annotations: object | undefined, scope: string]>([
    [undefined, 'all'],
    [{ team: 'ml' }, 'all'],
    [{ retune_scope: 'all' }, 'all'],
    [{ retune_scope: 'notifications' }, 'notifications'],
  ])('with the annotations %j is %s', (annotations, scope) => {
    expect(silenceScope(silence(annotations))).toBe(scope);
  });

  it('is refused when it is none, so that a misspelt one does not stop retraining unseen', () => {
    expect(save({ retune_scope: 'notification' })).toEqual({
      ok: false,
      error: {
        reason: 'bad_scope',
        message: 'expected all or notifications in the annotation retune_scope, got "notification"',
      },
    });
  });

  it('decides which silences retraining heeds', () => {
    const [all, people] = [silence(), silence({ retune_scope: 'notifications' })];
    expect(stopsRetraining([people, all])).toEqual([all]);
  });
});
