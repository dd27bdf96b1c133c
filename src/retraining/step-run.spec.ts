import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import type { CiRef, CiStatus } from './ci/ci-provider.js';
import { decideClaim } from './decide-claim.js';
import { DECIDED_AT, freshRun } from './fake-run.js';
import type { Run, RunState, Verification } from './run.js';
import { deadlineOf } from './run-deadline.js';
import type { RunEvent, StepReason } from './run-event.js';
import { isOver, progressOf } from './run-progress.js';
import { stepRun } from './step-run.js';

const HOUR = 3_600_000;
const T0 = DECIDED_AT;
const at = (ms: number): Date => new Date(T0.getTime() + ms);

const fresh = freshRun;
const sent = { attempt: 1, sentAt: T0 };
const ref: CiRef = { id: '42', url: 'https://ci.example/42' };
const BY_STATE: Readonly<Record<string, Run>> = {
  awaiting: { ...fresh, state: 'awaiting_approval' },
  queued: fresh,
  triggering: { ...fresh, ...sent, state: 'triggering' },
  ambiguous: { ...fresh, ...sent, state: 'ambiguous' },
  dispatched: { ...fresh, ...sent, state: 'dispatched', ref },
  'dispatched blindly': { ...fresh, ...sent, state: 'dispatched' },
  running: { ...fresh, ...sent, state: 'running', ref, startedAt: T0 },
  succeeded: { ...fresh, ...sent, state: 'succeeded', ref, succeededAt: T0 },
  soaking: { ...fresh, ...sent, state: 'soaking', ref, succeededAt: T0, versionSeenAt: T0, newVersion: '8' },
  failed: { ...fresh, ...sent, state: 'failed', ref, endedAt: T0 },
  verified: { ...fresh, ...sent, state: 'verified', ref, endedAt: T0 },
};
const cancelling = (name: string): Run => ({ ...(BY_STATE[name] as Run), reason: 'cancel_requested' });

const status = (state: CiStatus['state'], more: Partial<CiStatus> = {}): CiStatus => ({
  state,
  raw: state,
  ...more,
});
const polled = (state: CiStatus['state'], more: Partial<CiStatus> = {}): RunEvent => ({
  type: 'polled',
  status: status(state, more),
});
const reported = (state: CiStatus['state'], more: Partial<CiStatus> = {}): RunEvent => ({
  type: 'reported',
  status: status(state, more),
});
const answered = (
  kind: 'triggered' | 'adopted' | 'for now' | 'for good' | 'lost',
  attempt = 1,
): RunEvent => ({
  type: 'answered',
  attempt,
  result:
    kind === 'triggered' || kind === 'adopted'
      ? { kind: 'triggered', adopted: kind === 'adopted', ref }
      : kind === 'lost'
        ? { kind: 'ambiguous', detail: 'timeout' }
        : {
            kind: 'refused',
            reason: kind === 'for now' ? 'rate_limited' : 'unauthorized',
            retryable: kind === 'for now',
            detail: '',
          },
});
const searched = (idempotency: 'native' | 'searchable' | 'none', ...found: CiRef[]): RunEvent => ({
  type: 'searched',
  idempotency,
  found,
  settleMs: 90_000,
});
const judged = (result: Verification['result']): RunEvent => ({
  type: 'judged',
  verification: { result, reason: '', at: '' },
});
const claimed = (ciRunId: string, isRefId = true): RunEvent => ({ type: 'claimed', ciRunId, isRefId });
const clock: RunEvent = { type: 'clock' };

type Row = [
  sentence: string,
  from: string | Run,
  event: RunEvent,
  state: RunState,
  reason: StepReason,
  after?: number,
];
const table = (rows: Row[]): void => {
  for (const [sentence, from, event, state, reason, after] of rows) {
    it(sentence, () => {
      const run = typeof from === 'string' ? (BY_STATE[from] as Run) : from;
      const step = stepRun(run, event, at(after ?? 1000));
      expect([step.run.state, step.reason]).toEqual([state, reason]);
      expect(step.changed).toBe(step.run !== run);
    });
  }
};

describe('approval', () => {
  table([
    ['a person approves', 'awaiting', { type: 'approved', by: 'ada' }, 'queued', 'approved'],
    ['a person rejects', 'awaiting', { type: 'rejected', by: 'ada' }, 'rejected', 'rejected'],
    ['nobody answers in time', 'awaiting', clock, 'expired', 'approval_expired', 8 * HOUR],
    ['there is still time', 'awaiting', clock, 'awaiting_approval', 'not_due', 8 * HOUR - 1],
    [
      'an approval that comes too late does not count',
      'awaiting',
      { type: 'approved', by: 'ada' },
      'expired',
      'approval_expired',
      8 * HOUR,
    ],
    ['a second approval changes nothing', 'queued', { type: 'approved', by: 'bob' }, 'queued', 'comes_late'],
    [
      'a rejection after the run has left changes nothing',
      'running',
      { type: 'rejected', by: 'bob' },
      'running',
      'comes_late',
    ],
    [
      'nothing is sent before the approval',
      'awaiting',
      { type: 'sending' },
      'awaiting_approval',
      'not_expected',
    ],
  ]);
  it('remembers who approved', () => {
    expect(stepRun(BY_STATE['awaiting'] as Run, { type: 'approved', by: 'ada' }, T0).run.approvedBy).toBe(
      'ada',
    );
  });
});

describe('sending', () => {
  table([
    ['the intent comes first', 'queued', { type: 'sending' }, 'triggering', 'sending'],
    ['a second sender is turned away', 'triggering', { type: 'sending' }, 'triggering', 'not_expected'],
    ['the CI system took it', 'triggering', answered('triggered'), 'dispatched', 'triggered'],
    ['the CI system had it already', 'triggering', answered('adopted'), 'dispatched', 'adopted'],
    ['refused for now: again later', 'triggering', answered('for now'), 'queued', 'refused_for_now'],
    ['refused for good: failed', 'triggering', answered('for good'), 'failed', 'refused'],
    ['the answer was lost', 'triggering', answered('lost'), 'ambiguous', 'answer_lost'],
    ['the sender died', 'triggering', { type: 'interrupted', attempt: 1 }, 'ambiguous', 'answer_lost'],
    [
      'an interruption of an earlier attempt is old news',
      { ...(BY_STATE['triggering'] as Run), attempt: 2 },
      { type: 'interrupted', attempt: 1 },
      'triggering',
      'comes_late',
    ],
    [
      'a refusal of an earlier attempt says nothing about this one',
      { ...(BY_STATE['triggering'] as Run), attempt: 2 },
      answered('for good', 1),
      'triggering',
      'comes_late',
    ],
    [
      'a refusal after the answer was lost is not believed',
      'ambiguous',
      answered('for good'),
      'ambiguous',
      'comes_late',
    ],
    ['a late success settles the doubt', 'ambiguous', answered('triggered'), 'dispatched', 'triggered'],
    [
      'a late success of an earlier attempt stops the next',
      { ...(BY_STATE['queued'] as Run), ...sent },
      answered('triggered'),
      'dispatched',
      'triggered',
    ],
    [
      'a late success tells where the run is',
      'dispatched blindly',
      answered('triggered'),
      'dispatched',
      'ref_learnt',
    ],
    ['a repeated success is no news', 'dispatched', answered('triggered'), 'dispatched', 'no_news'],
    [
      'a success of something never sent is not believed',
      'queued',
      answered('triggered'),
      'queued',
      'not_expected',
    ],
    [
      'a sender that is silent for long counts as dead',
      'triggering',
      clock,
      'ambiguous',
      'answer_lost',
      120_000,
    ],
    [
      'a run that cannot be sent before its deadline fails',
      'queued',
      clock,
      'failed',
      'never_sent',
      7 * HOUR,
    ],
  ]);
  const refused = (retryAfterMs: number | undefined, tries: number): Run =>
    stepRun(
      { ...(BY_STATE['triggering'] as Run), attempt: tries },
      {
        type: 'answered',
        attempt: tries,
        result: {
          kind: 'refused',
          reason: 'rate_limited',
          retryable: true,
          detail: '',
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        },
      },
      T0,
    ).run;
  it.each<[sentence: string, retryAfterMs: number | undefined, tries: number, waitMs: number]>([
    ['after 10 s', undefined, 1, 10_000],
    ['after twice as long each time', undefined, 4, 80_000],
    ['after 5 minutes at most', undefined, 30, 300_000],
    ['when the CI system asks for it', 45_000, 1, 45_000],
    ['no sooner than it would be by itself, whatever the CI system asks', 0, 3, 40_000],
  ])('is tried again %s', (_sentence, retryAfterMs, tries, waitMs) => {
    const run = refused(retryAfterMs, tries);
    expect(run.sendAfter).toEqual(at(waitMs));
    expect(stepRun(run, { type: 'sending' }, at(waitMs - 1))).toMatchObject({
      changed: false,
      reason: 'not_due',
    });
    expect(stepRun(run, { type: 'sending' }, at(waitMs)).run.state).toBe('triggering');
  });
  it('counts attempts and keeps the time of the last', () => {
    expect(stepRun({ ...fresh, attempt: 1, sentAt: T0 }, { type: 'sending' }, at(5)).run).toMatchObject({
      attempt: 2,
      sentAt: at(5),
    });
  });
});

describe('a lost answer', () => {
  const second: Run = { ...(BY_STATE['ambiguous'] as Run), attempt: 2 };
  table([
    ['found: adopted', 'ambiguous', searched('searchable', ref), 'dispatched', 'adopted'],
    [
      'found twice: the oldest is adopted',
      'ambiguous',
      searched('searchable', ref, { id: '43' }),
      'dispatched',
      'duplicates_found',
    ],
    ['not found yet: wait', 'ambiguous', searched('searchable'), 'ambiguous', 'not_due', 89_999],
    [
      'not found after the settle time: send once more',
      'ambiguous',
      searched('searchable'),
      'queued',
      'safe_to_resend',
      90_000,
    ],
    [
      'not found after the second attempt: ask a person',
      second,
      searched('searchable'),
      'ambiguous',
      'ask_person',
      90_000,
    ],
    [
      'a system that refuses repetitions is asked again at once',
      'ambiguous',
      searched('native'),
      'queued',
      'safe_to_resend',
      1,
    ],
    [
      'a system that cannot be searched is never asked again',
      'ambiguous',
      searched('none'),
      'ambiguous',
      'ask_person',
      9 * HOUR - 9000,
    ],
    [
      'the question is asked once',
      { ...second, reason: 'ask_person' },
      searched('searchable'),
      'ambiguous',
      'ask_person',
      100_000,
    ],
    [
      'a person saw it run',
      'ambiguous',
      { type: 'confirmed', by: 'ada', outcome: 'ran', ref },
      'dispatched',
      'confirmed_by_person',
    ],
    [
      'a person saw it run and cannot say where, long after it had to start',
      'ambiguous',
      { type: 'confirmed', by: 'ada', outcome: 'ran' },
      'running',
      'confirmed_by_person',
      5 * HOUR,
    ],
    [
      'such a run has all its time from then on',
      stepRun(BY_STATE['ambiguous'] as Run, { type: 'confirmed', by: 'ada', outcome: 'ran' }, at(5 * HOUR))
        .run,
      clock,
      'running',
      'not_due',
      11 * HOUR - 1,
    ],
    [
      'a search finds several runs where one was sent blindly',
      'dispatched blindly',
      searched('searchable', ref, { id: '43' }),
      'dispatched',
      'duplicates_found',
    ],
    ...(['failed', 'timed_out', 'cancelled'] as const).map((end): Row => [
      `a run that we asked to stop was cancelled, also when its pipeline says ${end}`,
      cancelling('running'),
      polled(end),
      'cancelled',
      'cancelled',
    ]),
    [
      'a run that we asked to stop before it did anything was cancelled',
      cancelling('dispatched'),
      polled('succeeded', { nothingRan: true }),
      'cancelled',
      'cancelled',
    ],
    [
      'a run that we asked to stop may have succeeded before it heard',
      cancelling('running'),
      polled('succeeded'),
      'succeeded',
      'succeeded_in_ci',
    ],
    [
      'a person is sure that it did not',
      second,
      { type: 'confirmed', by: 'ada', outcome: 'did_not_run' },
      'queued',
      'confirmed_by_person',
    ],
    [
      'a person who speaks late is not needed',
      'running',
      { type: 'confirmed', by: 'ada', outcome: 'did_not_run' },
      'running',
      'not_expected',
    ],
    ['the pipeline’s claim settles the doubt', 'ambiguous', claimed('42'), 'running', 'claimed'],
    ['the CI system’s status settles the doubt', 'ambiguous', polled('running'), 'running', 'running_in_ci'],
    [
      'a search that finds a tracked run is no news',
      'running',
      searched('searchable', ref),
      'running',
      'no_news',
    ],
    [
      'a search tells where a run is',
      'dispatched blindly',
      searched('searchable', ref),
      'dispatched',
      'ref_learnt',
    ],
    [
      'a search before anything was sent means nothing',
      'queued',
      searched('searchable', ref),
      'queued',
      'not_expected',
    ],
    ['a run nobody ever found is lost', 'ambiguous', clock, 'lost', 'never_found', 7 * HOUR],
    ['a search that keeps failing: ask a person', 'ambiguous', clock, 'ambiguous', 'ask_person', 600_000],
    ['a search that just failed: wait', 'ambiguous', clock, 'ambiguous', 'not_due', 599_999],
    [
      'a person is asked once',
      { ...(BY_STATE['ambiguous'] as Run), reason: 'ask_person' },
      clock,
      'ambiguous',
      'not_due',
      700_000,
    ],
    [
      'a person who wants it cancelled is not asked',
      cancelling('ambiguous'),
      clock,
      'ambiguous',
      'not_due',
      700_000,
    ],
    [
      'a search that works after all takes the question back',
      { ...(BY_STATE['ambiguous'] as Run), reason: 'ask_person' },
      searched('searchable'),
      'queued',
      'safe_to_resend',
      700_000,
    ],
  ]);
  it('found more than once remembers the others until they are cancelled', () => {
    const found = stepRun(
      BY_STATE['ambiguous'] as Run,
      searched('none', ref, { id: '43' }, { id: '44' }),
      T0,
    ).run;
    expect(found).toMatchObject({ ref, duplicates: [{ id: '43' }, { id: '44' }] });
    const done = stepRun(found, { type: 'duplicates_cancelled' }, T0);
    expect(done).toMatchObject({ changed: true, reason: 'duplicates_cancelled' });
    expect(done.run).not.toHaveProperty('duplicates');
    expect(stepRun(done.run, { type: 'duplicates_cancelled' }, T0).changed).toBe(false);
  });
});

describe('in the CI system', () => {
  table([
    ['waits', 'dispatched', polled('queued'), 'dispatched', 'no_news'],
    [
      'waits for a person there',
      'dispatched',
      polled('queued', { blocked: true }),
      'dispatched',
      'blocked_in_ci',
    ],
    ['runs', 'dispatched', polled('running'), 'running', 'running_in_ci'],
    ['still runs', 'running', polled('running'), 'running', 'no_news'],
    ['is said to wait again, late', 'running', polled('queued'), 'running', 'comes_late'],
    ['succeeds', 'running', polled('succeeded'), 'succeeded', 'succeeded_in_ci'],
    ['succeeds before anyone saw it run', 'dispatched', polled('succeeded'), 'succeeded', 'succeeded_in_ci'],
    ['succeeds by the pipeline’s word', 'running', reported('succeeded'), 'succeeded', 'succeeded_in_ci'],
    [
      'succeeds without training anything: failed',
      'running',
      polled('succeeded', { nothingRan: true }),
      'failed',
      'nothing_ran',
    ],
    ['is skipped: failed', 'dispatched', polled('failed', { nothingRan: true }), 'failed', 'nothing_ran'],
    ['fails', 'running', polled('failed'), 'failed', 'failed_in_ci'],
    ['is stopped there by someone else', 'running', polled('cancelled'), 'cancelled', 'cancelled_in_ci'],
    ['times out there', 'running', polled('timed_out'), 'timed_out', 'timed_out_in_ci'],
    ['says a word nobody knows', 'running', polled('unknown'), 'running', 'no_news'],
    [
      'moves from queue item to build',
      'dispatched',
      polled('unknown', { ref: { id: '43' } }),
      'dispatched',
      'ref_learnt',
    ],
    ['never starts', 'dispatched', clock, 'timed_out', 'not_started', HOUR],
    ['is never seen again', 'dispatched blindly', clock, 'lost', 'no_sign_of_life', HOUR],
    ['never ends', 'running', clock, 'timed_out', 'not_finished', 6 * HOUR],
    [
      'fails after it had succeeded: live metrics will tell',
      'succeeded',
      reported('failed'),
      'succeeded',
      'comes_late',
    ],
    [
      'names its version after it had succeeded',
      'succeeded',
      reported('succeeded', { modelVersion: '8' }),
      'succeeded',
      'version_learnt',
    ],
    ['succeeds after it had failed: too late', 'failed', reported('succeeded'), 'failed', 'run_is_over'],
    ['is claimed', 'dispatched', claimed('42'), 'running', 'claimed'],
    ['is claimed while it already runs', 'running', claimed('42'), 'running', 'claimed'],
    [
      'is claimed again by the same pipeline',
      { ...(BY_STATE['running'] as Run), claimedBy: '42' },
      claimed('42'),
      'running',
      'no_news',
    ],
    [
      'is claimed by another pipeline',
      { ...(BY_STATE['running'] as Run), claimedBy: '42' },
      claimed('43'),
      'running',
      'not_expected',
    ],
    ['is claimed although nothing was sent', 'queued', claimed('42'), 'queued', 'not_expected'],
  ]);
  it('takes the version the pipeline names, unless it is an old one', () => {
    const versionOf = (modelVersion: string) =>
      stepRun(BY_STATE['running'] as Run, polled('succeeded', { modelVersion }), T0).run.newVersion;
    expect([versionOf('8'), versionOf('7')]).toEqual(['8', undefined]);
  });
  it('keeps what it knows of where a run is when a status tells less', () => {
    const running = BY_STATE['running'] as Run;
    expect(stepRun(running, polled('running', { ref: { id: '42' } }), T0).run).toBe(running);
    const step = stepRun(
      running,
      polled('running', { ref: { id: '42', statusUrl: 'https://ci.example/s' } }),
      T0,
    );
    expect(step.run.ref).toEqual({ ...ref, statusUrl: 'https://ci.example/s' });
  });
  it('learns where a run is from a claim only when the ids are the same', () => {
    const blind = BY_STATE['dispatched blindly'] as Run;
    expect(stepRun(blind, claimed('42'), T0).run).toMatchObject({ ref: { id: '42' }, claimedBy: '42' });
    expect(stepRun(blind, claimed('42', false), T0).run.ref).toBeUndefined();
  });
});

describe('cancelling', () => {
  const cancel: RunEvent = { type: 'cancel_requested', by: 'ada' };
  table([
    ['stops what waits for approval', 'awaiting', cancel, 'cancelled', 'cancelled'],
    ['stops what was not sent', 'queued', cancel, 'cancelled', 'cancelled'],
    ['is a wish while the trigger is under way', 'triggering', cancel, 'triggering', 'cancel_requested'],
    ['is a wish while it runs', 'running', cancel, 'running', 'cancel_requested'],
    ['is wished once', cancelling('running'), cancel, 'running', 'no_news'],
    [
      'is done when the CI system says so',
      cancelling('running'),
      polled('cancelled'),
      'cancelled',
      'cancelled',
    ],
    [
      'may come too late for the run',
      cancelling('running'),
      polled('succeeded'),
      'succeeded',
      'succeeded_in_ci',
    ],
    [
      'is done when the trigger is refused',
      cancelling('triggering'),
      answered('for now'),
      'cancelled',
      'cancelled',
    ],
    [
      'is done when the run is nowhere to be found',
      cancelling('ambiguous'),
      searched('searchable'),
      'cancelled',
      'cancelled',
      90_000,
    ],
    ['never sends again', cancelling('ambiguous'), searched('native'), 'ambiguous', 'ask_person'],
    [
      'is done when a person says it did not run',
      cancelling('ambiguous'),
      { type: 'confirmed', by: 'ada', outcome: 'did_not_run' },
      'cancelled',
      'cancelled',
    ],
    ['ends the wait for proof', 'soaking', cancel, 'cancelled', 'cancelled'],
    ['does nothing to what is over', 'verified', cancel, 'verified', 'run_is_over'],
  ]);
  it('outlives the answer to the trigger', () => {
    expect(stepRun(cancelling('triggering'), answered('triggered'), T0).run).toMatchObject({
      state: 'dispatched',
      reason: 'cancel_requested',
    });
  });
});

describe('the proof', () => {
  table([
    [
      'a new version takes traffic',
      'succeeded',
      { type: 'version_seen', version: '8' },
      'soaking',
      'version_seen',
    ],
    [
      'an old version is not a new one',
      'succeeded',
      { type: 'version_seen', version: '7' },
      'succeeded',
      'not_expected',
    ],
    [
      'an unnamed version is not a new one',
      'succeeded',
      { type: 'version_seen', version: '' },
      'succeeded',
      'not_expected',
    ],
    [
      'another version than the pipeline named is not ours',
      { ...(BY_STATE['succeeded'] as Run), newVersion: '9' },
      { type: 'version_seen', version: '8' },
      'succeeded',
      'not_expected',
    ],
    [
      'a version before the pipeline ended is not believed',
      'running',
      { type: 'version_seen', version: '8' },
      'running',
      'not_expected',
    ],
    ['no new version comes', 'succeeded', clock, 'unverifiable', 'no_new_version', 24 * HOUR],
    ['it is verified', 'soaking', judged('verified'), 'verified', 'verified'],
    ['it is not better', 'soaking', judged('not_improved'), 'not_improved', 'not_improved'],
    ['it is worse', 'soaking', judged('regressed'), 'regressed', 'regressed'],
    ['it cannot be told', 'soaking', judged('unverifiable'), 'unverifiable', 'unverifiable'],
    [
      'nothing is verified before a version was seen',
      'succeeded',
      judged('verified'),
      'succeeded',
      'not_expected',
    ],
    ['a green pipeline alone is never verified', 'running', judged('verified'), 'running', 'not_expected'],
    [
      'that no version came may be judged too',
      'succeeded',
      judged('unverifiable'),
      'unverifiable',
      'unverifiable',
    ],
    ['the deadline passes', 'soaking', clock, 'unverifiable', 'unverifiable', 168 * HOUR],
    ['a verdict is final', 'verified', judged('regressed'), 'verified', 'run_is_over'],
  ]);
});

describe('decideClaim', () => {
  it.each<[string, Run, string, boolean, object]>([
    ['the run we know', BY_STATE['dispatched'] as Run, '42', true, { answer: 'granted', first: true }],
    [
      'a stranger where ids can be compared',
      BY_STATE['dispatched'] as Run,
      '43',
      true,
      { answer: 'refused', reason: 'not_ours' },
    ],
    [
      'any first run where they cannot',
      BY_STATE['dispatched'] as Run,
      '43',
      false,
      { answer: 'granted', first: true },
    ],
    [
      'the first run while in doubt',
      BY_STATE['ambiguous'] as Run,
      '42',
      true,
      { answer: 'granted', first: true },
    ],
    [
      'the same run again',
      { ...(BY_STATE['running'] as Run), claimedBy: '42' },
      '42',
      false,
      { answer: 'granted', first: false },
    ],
    [
      'the same run after the pipeline reported success',
      { ...(BY_STATE['succeeded'] as Run), claimedBy: '42' },
      '42',
      false,
      { answer: 'granted', first: false },
    ],
    [
      'a second run',
      { ...(BY_STATE['running'] as Run), claimedBy: '42' },
      '43',
      false,
      { answer: 'refused', reason: 'claimed_by_other' },
    ],
    ['a run nobody sent', BY_STATE['queued'] as Run, '42', true, { answer: 'refused', reason: 'not_sent' }],
    [
      'a run that is to be cancelled',
      cancelling('dispatched'),
      '42',
      true,
      { answer: 'refused', reason: 'cancel_requested' },
    ],
    [
      'a claimed run that is to be cancelled',
      { ...cancelling('running'), claimedBy: '42' },
      '42',
      true,
      { answer: 'refused', reason: 'cancel_requested' },
    ],
    [
      'a run that is over',
      BY_STATE['failed'] as Run,
      '42',
      true,
      { answer: 'refused', reason: 'run_is_over' },
    ],
    [
      'a first claim after success',
      BY_STATE['succeeded'] as Run,
      '42',
      true,
      { answer: 'refused', reason: 'run_is_over' },
    ],
  ])('%s', (_what, run, id, isRefId, expected) => expect(decideClaim(run, id, isRefId)).toEqual(expected));
});

describe('deadlineOf', () => {
  it('gives every state that is not over an instant, and no other', () => {
    for (const run of Object.values(BY_STATE)) expect(deadlineOf(run) === undefined).toBe(isOver(run));
  });
  it('is an instant at which the clock ends the state', () => {
    for (const run of Object.values(BY_STATE)) {
      const deadline = deadlineOf(run);
      if (!deadline) continue;
      expect(stepRun(run, clock, new Date(deadline.getTime() - 1)).run.state).toBe(run.state);
      expect(stepRun(run, clock, deadline).run.state).not.toBe(run.state);
    }
  });
});

const anyRef = fc.constantFrom<CiRef>({ id: '42' }, { id: '43' });
const anyStatus = fc.record(
  {
    state: fc.constantFrom<CiStatus['state']>(
      'queued',
      'running',
      'succeeded',
      'failed',
      'cancelled',
      'timed_out',
      'unknown',
    ),
    raw: fc.constant(''),
    nothingRan: fc.boolean(),
    blocked: fc.boolean(),
    ref: anyRef,
    modelVersion: fc.constantFrom('7', '8', '9'),
  },
  { requiredKeys: ['state', 'raw'] },
);
const attempt = fc.integer({ min: 1, max: 3 });
const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<RunEvent>({ type: 'sending' }) },
  fc.constantFrom<RunEvent>(
    { type: 'approved', by: 'a' },
    { type: 'rejected', by: 'a' },
    { type: 'cancel_requested', by: 'a' },
    { type: 'duplicates_cancelled' },
    clock,
  ),
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom('triggered', 'adopted', 'for now', 'for now', 'lost', 'lost', 'for good'),
        attempt,
      )
      .map(([kind, n]) => answered(kind as 'lost', n)),
  },
  attempt.map((n): RunEvent => ({ type: 'interrupted', attempt: n })),
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('native', 'searchable', 'none'), fc.array(anyRef, { maxLength: 2 }))
      .map(([kind, found]) => searched(kind as 'none', ...found)),
  },
  fc.constantFrom<RunEvent>(
    { type: 'confirmed', by: 'a', outcome: 'ran' },
    { type: 'confirmed', by: 'a', outcome: 'did_not_run' },
  ),
  fc.tuple(fc.constantFrom('42', '43'), fc.boolean()).map(([id, same]) => claimed(id, same)),
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('polled' as const, 'reported' as const), anyStatus)
      .map(([type, given]): RunEvent => ({ type, status: given })),
  },
  fc.constantFrom('7', '8', '9', '').map((version): RunEvent => ({ type: 'version_seen', version })),
  fc
    .constantFrom('verified', 'not_improved', 'regressed', 'unverifiable')
    .map((result) => judged(result as 'verified')),
);
const soon = fc.integer({ min: 0, max: 2 * HOUR });
const chaos = fc.array(fc.tuple(anyEvent, soon), { minLength: 1, maxLength: 40 });
/** The way to a verdict, with up to one stray event before each step. */
const nearlyStraight = fc
  .tuple(
    fc.constantFrom<Verification['result']>('verified', 'not_improved', 'regressed', 'unverifiable'),
    fc.array(fc.option(fc.tuple(anyEvent, fc.integer({ min: 0, max: 60_000 })), { freq: 3 }), {
      maxLength: 8,
    }),
  )
  .map(([result, strays]) => {
    const way: RunEvent[] = [
      { type: 'approved', by: 'ada' },
      { type: 'sending' },
      answered('triggered'),
      claimed('42'),
      polled('running'),
      polled('succeeded', { modelVersion: '8' }),
      { type: 'version_seen', version: '8' },
      judged(result),
    ];
    return way.flatMap((event, index): [RunEvent, number][] => {
      const stray = strays[index];
      return stray ? [stray, [event, 1000]] : [[event, 1000]];
    });
  });
const history = fc.oneof(chaos, nearlyStraight);

/** Every step of a history, each at its own later time. */
function* walk(events: readonly (readonly [RunEvent, number])[], start: Run) {
  let run = start;
  let now = 0;
  for (const [event, later] of events) {
    now += later;
    const step = stepRun(run, event, at(now));
    yield { before: run, event, now: at(now), ...step };
    run = step.run;
  }
}

describe('whatever happens, in whatever order', () => {
  const starts = fc.constantFrom(BY_STATE['awaiting'] as Run, BY_STATE['queued'] as Run);
  const always = (check: (steps: ReturnType<typeof walk>) => void): void => {
    fc.assert(
      fc.property(history, starts, (events, start) => check(walk(events, start))),
      { numRuns: 2000 },
    );
  };

  it('reaches every end now and then, so that the properties below mean something', () => {
    const ends = new Set(
      fc
        .sample(fc.tuple(history, starts), { numRuns: 20_000, seed: 7 })
        .map(([events, start]) => [...walk(events, start)].at(-1)?.run.state),
    );
    for (const state of [
      'verified',
      'not_improved',
      'regressed',
      'unverifiable',
      'rejected',
      'expired',
      'failed',
      'timed_out',
      'lost',
      'cancelled',
    ])
      expect(ends).toContain(state);
  });

  it('never moves backwards', () => {
    always((steps) => {
      for (const { before, run } of steps) expect(progressOf(run)).toBeGreaterThanOrEqual(progressOf(before));
    });
  });

  /** What of a run has nothing to do with its course: CI runs besides the one that counted. */
  const courseOf = ({ duplicates: _more, dismissed: _done, ...course }: Run): object => course;

  it('changes nothing of its course once it is over, and is over exactly when it has an end', () => {
    always((steps) => {
      for (const { before, run, changed } of steps) {
        if (isOver(before)) expect(courseOf(run)).toEqual(courseOf(before));
        expect(changed).toBe(run !== before);
        expect(isOver(run)).toBe(run.endedAt !== undefined);
      }
    });
  });

  it('never sends again without proof that the last attempt made no run', () => {
    const proofs: readonly StepReason[] = ['refused_for_now', 'safe_to_resend', 'confirmed_by_person'];
    always((steps) => {
      let proven = true;
      for (const { run, changed, reason } of steps) {
        if (!changed) continue;
        if (proofs.includes(reason) && run.state === 'queued') proven = true;
        if (reason === 'sending') {
          expect(proven).toBe(true);
          proven = false;
        }
      }
    });
  });

  it('is verified only after success, a new version in traffic and a judgement', () => {
    always((steps) => {
      const seen: StepReason[] = [];
      for (const { run, changed, reason } of steps) {
        if (changed) seen.push(reason);
        if (run.state !== 'verified') continue;
        const order = ['succeeded_in_ci', 'version_seen', 'verified'].map((word) =>
          seen.indexOf(word as StepReason),
        );
        expect(order.every((place, index) => place >= 0 && place > (order[index - 1] ?? -1))).toBe(true);
        expect(run.baseline.knownVersions).not.toContain(run.newVersion);
      }
    });
  });

  it('takes nothing that was delivered twice for news', () => {
    always((steps) => {
      for (const { event, run, now, changed } of steps) {
        // Time goes on by itself: a second tick may well find the next deadline passed.
        if (!changed || event.type === 'sending' || event.type === 'clock') continue;
        const again = stepRun(run, event, now);
        expect(again.run.state).toBe(run.state);
      }
    });
  });

  it('never starts a run that was to be cancelled', () => {
    always((steps) => {
      for (const { before, reason } of steps) {
        if (before.reason === 'cancel_requested') expect(reason).not.toBe('sending');
      }
    });
  });
});
