import { describe, expect, it } from '@jest/globals';
import { readSilence, refusalOf } from './read-silence.js';

const ID = '59ce27ae-f2a4-436b-bf4e-1f16bc91dd2e';
const matcher = { name: 'a', value: 'x', isRegex: false };
const silence = (over: object = {}): object => ({
  matchers: [matcher],
  startsAt: '2026-03-10T12:00:00Z',
  endsAt: '2026-03-10T14:00:00.123456789+01:00',
  createdBy: 'ada',
  comment: '',
  ...over,
});
const refusal = (body: unknown): readonly unknown[] => {
  const read = readSilence(body);
  if (read.ok) return ['taken'];
  const { status, body: answer } = read.refusal;
  return typeof answer === 'object' ? [status, answer.code, answer.message] : [status, answer];
};
const parsing = (why: string): string => `parsing silence body from "" failed, because ${why}`;

describe('a posted silence', () => {
  it('is read with its times and with matchers that are not negative unless they say so', () => {
    expect(readSilence(silence({ annotations: { k: 'v' }, status: { state: 'active' } }))).toEqual({
      ok: true,
      value: {
        matchers: [{ ...matcher, isEqual: true }],
        startsAt: new Date('2026-03-10T12:00:00Z'),
        endsAt: new Date('2026-03-10T13:00:00.123Z'),
        createdBy: 'ada',
        comment: '',
        annotations: { k: 'v' },
      },
    });
  });

  it('may name days, and the silence that it edits', () => {
    expect(readSilence(silence({ id: ID, startsAt: '2026-03-10', endsAt: '2026-03-11' }))).toMatchObject({
      value: { id: ID, startsAt: new Date('2026-03-10'), endsAt: new Date('2026-03-11') },
    });
  });

  it.each<[sentence: string, body: unknown, answer: readonly unknown[]]>([
    ['nothing', undefined, [422, 602, 'silence in body is required']],
    ['null', null, [422, 602, 'comment in body is required']],
    ['no fields', {}, [422, 602, 'comment in body is required']],
    ['no end', silence({ endsAt: null }), [422, 602, 'endsAt in body is required']],
    ['no matchers', silence({ matchers: null }), [422, 602, 'matchers in body is required']],
    [
      'an empty list of matchers',
      silence({ matchers: [] }),
      [422, 612, 'matchers in body should have at least 1 items'],
    ],
    [
      'a matcher without a field',
      silence({ matchers: [matcher, { name: 'b', value: 'x' }] }),
      [422, 602, 'matchers.1.isRegex in body is required'],
    ],
    [
      'a comment that is no text',
      { comment: 1 },
      [
        400,
        400,
        parsing('json: cannot unmarshal number into Go struct field Silence.comment of type string'),
      ],
    ],
    [
      'an annotation that is no text',
      { annotations: { a: true } },
      [
        400,
        400,
        parsing('json: cannot unmarshal bool into Go struct field Silence.annotations.a of type string'),
      ],
    ],
    [
      'matchers that are no list',
      { matchers: 1 },
      [
        400,
        400,
        parsing(
          'json: cannot unmarshal number into Go struct field Silence.matchers of type models.Matchers',
        ),
      ],
    ],
    [
      'a matcher that is none',
      { matchers: [1] },
      [400, 400, parsing('json: cannot unmarshal number into Silence.matchers.0 of type models.Matcher')],
    ],
    [
      'a flag that is no flag',
      { matchers: [{ isRegex: 'x' }] },
      [
        400,
        400,
        parsing('json: cannot unmarshal string into Go struct field Silence.matchers.0.isRegex of type bool'),
      ],
    ],
    [
      'a time that is none',
      silence({ startsAt: 'x' }),
      [400, 400, parsing('parsing time "x" as "2006-01-02": cannot parse "x" as "2006"')],
    ],
    [
      'a time that is a number',
      silence({ endsAt: 1 }),
      [400, 400, parsing('json: cannot unmarshal number into Go value of type string')],
    ],
    ['an id that is no UUID', silence({ id: 'zz' }), [404, 'silence not found']],
  ])('with %s is refused', (_sentence, body, answer) => {
    expect(refusal(body)).toEqual(answer);
  });

  it('with a matcher that is null is refused, where Alertmanager falls over', () => {
    expect(refusal(silence({ matchers: [null] }))[0]).toBe(400);
  });
});

describe('the words for a silence that was not stored', () => {
  it.each([
    ['not_found', 404, 'silence not found'],
    ['ends_before_start', 400, 'Failed to create silence: start time must be before end time'],
    ['ends_in_past', 400, "Failed to create silence: end time can't be in the past"],
    [
      'matches_everything',
      400,
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    ],
    ['bad_matcher', 400, 'its own'],
    ['bad_scope', 400, 'its own'],
  ] as const)('%s', (reason, status, body) => {
    expect(refusalOf({ reason, message: 'its own' })).toEqual({ status, body });
  });
});
