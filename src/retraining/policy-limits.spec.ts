import { describe, expect, it } from '@jest/globals';
import { approvalProblem, tellApprovalProblem } from './approval.js';
import { blackoutUntil } from './blackout.js';
import { DECIDED_AT, freshRun } from './fake-run.js';
import { newLabelsFrom, newLabelsQuery, trainedAt } from './new-labels.js';
import { compilePolicy, type Policy } from './policy.js';
import { Policies } from './policy.schema.js';
import type { Run } from './run.js';
import { costOf } from './spending.js';
import { stepRun } from './step-run.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const least = { name: 'iris-retrain', model: 'iris', run: 'train' };
const policy = (more: object, modelCost?: number): Policy => {
  const [config] = Policies.parse([{ ...least, ...more }]);
  return compilePolicy(
    config!,
    (text) => {
      throw new Error(text);
    },
    modelCost,
  );
};
const errors = (more: object): readonly string[] =>
  (Policies.safeParse([{ ...least, ...more }]).error?.issues ?? []).map(
    (issue) => `${issue.path.join('.')}: ${issue.message}`,
  );

describe('what a policy may say', () => {
  it.each<[string, object, string]>([
    [
      'a cost that no run fits into',
      { budget: { cost: 10 }, cost_per_run: 12 },
      "0.budget.cost: expected at least one run's cost, 12, got 10: no run could ever start",
    ],
    [
      'a limit without a group',
      { concurrency: { limit: 2 } },
      '0.concurrency.limit: expected a group with this limit: a model by itself has one active run, always',
    ],
    [
      'a conflict nobody knows',
      { concurrency: { on_conflict: 'queue' } },
      '0.concurrency.on_conflict: expected hold or coalesce',
    ],
    [
      'more approvals than there are names',
      { approval: { by: ['jane'], count: 2 } },
      '0.approval.count: expected at most 1, the number of names in by, got 2: nobody could ever approve a run',
    ],
    ['one name twice', { approval: { by: ['jane', 'jane'] } }, '0.approval.by: expected each name once'],
    [
      'a blackout in a zone that is none',
      { blackout: [{ location: 'Berlin' }] },
      '0.blackout.0.location: expected an IANA time zone such as Europe/Berlin, or Local, got "Berlin"',
    ],
    [
      'a label that is taken',
      { on_regressed: { labels: { severity: 'page' } } },
      '0.on_regressed.labels.severity: severity is set by Retune: expected another label',
    ],
    [
      'no labels at all',
      { require: { new_labels: 0 } },
      '0.require.new_labels: expected at least 1 label, or no require at all',
    ],
  ])('is not %s', (_sentence, more, message) => {
    expect(errors(more).join('; ')).toContain(message);
  });

  it('has another revision with anything else written, and the same whatever the order of keys', () => {
    const { revision } = policy({ cooldown: '12h', budget: { runs: 2, per: '7d' } });
    expect(policy({ budget: { per: '7d', runs: 2 }, cooldown: '12h' }).revision).toBe(revision);
    expect(policy({ cooldown: '13h', budget: { runs: 2, per: '7d' } }).revision).not.toBe(revision);
    expect(policy({ cooldown: '12h', budget: { runs: 2, per: '7d' } }, 5).revision).not.toBe(revision);
  });

  it('takes the cost of its model unless it has one of its own', () => {
    expect(policy({}, 12).costPerRun).toBe(12);
    expect(policy({ cost_per_run: 7 }, 12).costPerRun).toBe(7);
  });
});

describe('a blackout', () => {
  const { blackout } = policy({
    blackout: [
      {
        weekdays: ['friday'],
        times: [{ start_time: '16:00', end_time: '24:00' }],
        location: 'Europe/Berlin',
      },
      { weekdays: ['saturday', 'sunday'], location: 'Europe/Berlin' },
      {
        weekdays: ['monday'],
        times: [{ start_time: '00:00', end_time: '08:00' }],
        location: 'Europe/Berlin',
      },
    ],
  });
  it.each<[string, string, string | undefined]>([
    ['does not hold before it begins', '2026-03-13T14:59:59Z', undefined],
    [
      'holds from its first minute on, until the windows that follow each other end',
      '2026-03-13T15:00:00Z',
      '2026-03-16T07:00:00.000Z',
    ],
    [
      'ends earlier in UTC once the zone has changed to summer time',
      '2026-03-27T15:00:00Z',
      '2026-03-30T06:00:00.000Z',
    ],
    ['ends later in UTC once it has changed back', '2026-10-23T14:00:00Z', '2026-10-26T07:00:00.000Z'],
    ['does not hold from the minute at which it ends', '2026-03-16T07:00:00Z', undefined],
  ])('%s', (_sentence, at, until) => {
    expect(blackoutUntil(blackout, new Date(at))?.toISOString()).toBe(until);
  });

  it('that never ends is asked again after eight days', () => {
    const { blackout: always } = policy({ blackout: [{}] });
    expect(blackoutUntil(always, DECIDED_AT)).toEqual(new Date(DECIDED_AT.getTime() + 8 * DAY));
  });
});

describe('approvals', () => {
  const waiting: Run = {
    ...freshRun,
    state: 'awaiting_approval',
    request: { ...freshRun.request, reason: { ...freshRun.request.reason, requestedBy: 'joe' } },
    approval: { by: ['jane', 'joe', 'kim'], count: 2, notRequester: true },
  };
  const approve = (run: Run, by: string) => stepRun(run, { type: 'approved', by }, DECIDED_AT);

  it('need as many different people as the policy says', () => {
    const once = approve(waiting, 'jane');
    expect(once).toMatchObject({ reason: 'approval_counted', run: { state: 'awaiting_approval' } });
    expect(approve(once.run, 'jane')).toMatchObject({ changed: false, reason: 'approved_before' });
    const twice = approve(once.run, 'kim');
    expect(twice).toMatchObject({ reason: 'approved', run: { state: 'queued', approvedBy: 'jane, kim' } });
    expect(twice.run.approvals?.map(({ by }) => by)).toEqual(['jane', 'kim']);
  });

  it('of others than the policy names, or of whoever asked, do not count, and they are told', () => {
    expect(approve(waiting, 'eve')).toMatchObject({ changed: false, reason: 'not_an_approver' });
    expect(approve(waiting, 'joe')).toMatchObject({ changed: false, reason: 'is_requester' });
    expect(
      approvalProblem({ ...waiting, approval: { ...waiting.approval!, notRequester: false } }, 'joe'),
    ).toBeUndefined();
    expect(tellApprovalProblem(waiting, 'eve', 'not_an_approver')).toBe(
      'eve may not approve this run: policy iris-retrain names jane, joe, kim',
    );
  });

  it('of a run that was decided before there was a choice are anybody’s', () => {
    const { approval: _none, ...old } = waiting;
    expect(approve(old, 'eve')).toMatchObject({ reason: 'approved', run: { approvedBy: 'eve' } });
  });
});

describe('a run', () => {
  it('that is put off keeps the time it may take, and is not sent before', () => {
    const until = new Date(DECIDED_AT.getTime() + 2 * DAY);
    const { run, reason } = stepRun(freshRun, { type: 'deferred', until }, DECIDED_AT);
    expect(reason).toBe('deferred');
    expect(stepRun(run, { type: 'sending' }, new Date(until.getTime() - 1)).reason).toBe('not_due');
    expect(stepRun(run, { type: 'clock' }, until).run.state).toBe('queued');
    expect(stepRun(run, { type: 'sending' }, until).run.state).toBe('triggering');
    expect(Date.parse(run.request.deadline)).toBe(until.getTime() + 7 * HOUR);
  });

  it('learns its cost once it was sent, also when it is over', () => {
    const cost = { type: 'cost_reported', cost: 9.5 } as const;
    expect(stepRun(freshRun, cost, DECIDED_AT).changed).toBe(false);
    const over: Run = { ...freshRun, state: 'failed', sentAt: DECIDED_AT, endedAt: DECIDED_AT };
    expect(stepRun(over, cost, DECIDED_AT).run).toEqual({ ...over, costReported: 9.5 });
  });

  it('takes further reasons along as long as nothing has left', () => {
    const evidence = [{ rule: 'Drift', labels: {}, value: 0.3, threshold: 0.1 }];
    expect(stepRun(freshRun, { type: 'reason_added', evidence }, DECIDED_AT).run.request.evidence).toEqual(
      evidence,
    );
    const sent: Run = { ...freshRun, state: 'dispatched', sentAt: DECIDED_AT };
    expect(stepRun(sent, { type: 'reason_added', evidence }, DECIDED_AT).run.request.evidence).toEqual([]);
  });
});

describe('costs', () => {
  const at = (ms: number): Date => new Date(DECIDED_AT.getTime() + ms);
  const past = (sentMs: number, cost: number, more = {}) =>
    ({
      id: `rt-${sentMs}`,
      state: 'verified',
      createdAt: at(sentMs),
      sentAt: at(sentMs),
      endedAt: at(sentMs),
      cost,
      ...more,
    }) as const;
  it('leave the period with the run they belong to', () => {
    const runs = [past(-9 * DAY, 40), past(-5 * DAY, 30), past(-2 * DAY, 20)];
    expect(costOf(runs, 60, 10 * DAY, DECIDED_AT)).toEqual({ cost: 90, freesAt: at(DAY) });
    expect(costOf(runs, 60, 8 * DAY, DECIDED_AT)).toEqual({ cost: 50 });
  });
  it('of a run that was rejected are none', () => {
    expect(costOf([{ ...past(-DAY, 40), state: 'rejected' }], 10, 10 * DAY, DECIDED_AT)).toEqual({ cost: 0 });
  });
});

describe('new labels', () => {
  it('are counted from the training on, whatever the version, and at least over a minute', () => {
    const since = { kind: 'trained', at: new Date(DECIDED_AT.getTime() - 36 * HOUR) } as const;
    expect(newLabelsQuery('iris', since, DECIDED_AT).expr).toBe(
      'sum(increase(model_labeled_predictions_total{model_name="iris"}[1d12h]))',
    );
    expect(newLabelsQuery('iris', { kind: 'trained', at: DECIDED_AT }, DECIDED_AT).expr).toContain('[1m]');
    expect(newLabelsQuery('iris', { kind: 'version', version: '7' }, DECIDED_AT).expr).toContain(
      'model_version="7"}[90d]',
    );
  });
  it('are none where nothing, or nothing finite, was counted', () => {
    const since = { kind: 'version', version: '7' } as const;
    expect(newLabelsFrom([], since)).toMatchObject({ count: 0 });
    expect(newLabelsFrom([{ labels: {}, value: Number.NaN, timestamp: 0 }], since)).toMatchObject({
      count: 0,
    });
    expect(newLabelsFrom([{ labels: {}, value: 499.7, timestamp: 0 }], since)).toMatchObject({ count: 499 });
  });
  it('begin with the training of the version, and never in the future', () => {
    const samples = [
      { labels: { model_version: '6' }, value: 1000, timestamp: 0 },
      { labels: { model_version: '7' }, value: 2000, timestamp: 0 },
      { labels: { model_version: '8' }, value: DECIDED_AT.getTime(), timestamp: 0 },
    ];
    expect(trainedAt(samples, '6', DECIDED_AT)).toEqual(new Date(1_000_000));
    expect(trainedAt(samples, '', DECIDED_AT)).toEqual(new Date(2_000_000));
    expect(trainedAt(samples, '9', DECIDED_AT)).toBeUndefined();
  });
});
