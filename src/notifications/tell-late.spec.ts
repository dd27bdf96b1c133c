import { describe, expect, it } from '@jest/globals';
import { compileRoutes } from '../routing/compile-routes.js';
import { RouteTree } from '../routing/route.schema.js';
import type { MessageAlert } from './message.js';
import { type FailedDelivery, tellOvertaken, whyOverBefore, whyUndelivered } from './tell-late.js';

const at = (second: number): Date => new Date(Date.UTC(2026, 2, 10, 12, 0, second));
const route = compileRoutes(RouteTree.parse({ receiver: 'team' }));

describe('why an alert was over before its group spoke', () => {
  const alert = (fired: number, resolved: number): MessageAlert => ({
    status: 'resolved',
    fingerprint: 'f',
    episode: 'e',
    labels: {},
    annotations: {},
    value: null,
    startsAt: at(fired).toISOString(),
    endsAt: at(resolved).toISOString(),
  });

  it.each([
    ['within group_wait', alert(0, 20), undefined, 30, 'it was over before group_wait (30s) had passed'],
    [
      'between two flushes',
      alert(10, 200),
      undefined,
      300,
      'it was over before its group spoke again (group_interval 5m)',
    ],
    [
      'after the tick, which somebody came to later',
      alert(0, 200),
      undefined,
      30,
      'the message due at 12:00:30 UTC was held up: Retune did not run, or had no database',
    ],
    [
      'after the tick, which was on the minute',
      alert(0, 200),
      undefined,
      120,
      'the message due at 12:02 UTC was held up: Retune did not run, or had no database',
    ],
    [
      'after messages that were given up',
      alert(0, 1000),
      undefined,
      1200,
      'no message about it got through while it fired',
    ],
    [
      'and not for the first time',
      alert(0, 20),
      'resolved' as const,
      30,
      'it comes and goes, and its end was told already: once in repeat_interval (4h) is enough',
    ],
    [
      'in a firing period that the last one was taken for',
      alert(0, 20),
      'firing' as const,
      30,
      'the last message said already that it fires, and ends are not told here',
    ],
  ])('%s', (_when, its, last, tick, because) => {
    expect(whyOverBefore(its, route, last, at(tick))).toBe(because);
  });
});

describe('why a message did not arrive', () => {
  const failed = (over: Partial<FailedDelivery>): FailedDelivery => ({
    channel_type: 'slack',
    attempts: 3,
    created_at: at(0),
    reason: 'server_error',
    detail: 'HTTP 503',
    ...over,
  });

  it.each([
    ['an answer', {}, 'Slack answered 503 for 9m'],
    [
      'an answer of which the words are not shown',
      { detail: 'HTTP 500: <secret>' },
      'Slack answered 500 for 9m',
    ],
    ['no answer', { reason: 'timeout', detail: 'no answer in 15 s' }, 'Slack did not answer for 9m'],
    [
      'no way',
      { channel_type: 'email', reason: 'network', detail: 'refused' },
      'the mail server could not be reached for 9m',
    ],
    ['no trust', { reason: 'tls', detail: 'expired' }, 'Slack had no certificate that is trusted for 9m'],
    [
      'another refusal',
      { channel_type: 'email', reason: 'unauthorized', detail: '535' },
      'the mail server refused it for 9m (unauthorized)',
    ],
    [
      'no attempt',
      { attempts: 0, reason: null, detail: null },
      'its message waited for 9m without an attempt to send it',
    ],
    [
      'an attempt without an end',
      { reason: null, detail: null },
      'Retune was stopped while it told Slack, 9m ago at most',
    ],
    ['a channel of another kind', { channel_type: 'webhook' }, 'the webhook answered 503 for 9m'],
  ])('%s', (_what, over, because) => {
    expect(whyUndelivered(failed(over), at(540))).toBe(because);
  });
});

describe('the journal about a message that is not sent', () => {
  const delivery = { id: 'd', channel: 'team/slack/0', receiver: 'team' };

  it.each([
    [
      'n',
      'team/slack/0 gets one late message in the place of the one that did not arrive: Slack answered 503',
    ],
    [undefined, 'team/slack/0 is not told any more of what is over: Slack answered 503'],
  ])('instead of which %s is', (instead, summary) => {
    expect(tellOvertaken(delivery, instead, 'Slack answered 503', at(0))).toMatchObject({
      kind: 'suppressed',
      reason: 'late',
      summary,
    });
  });
});
