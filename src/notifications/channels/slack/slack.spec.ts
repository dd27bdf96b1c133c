import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ACCURACY_ALERT,
  ACCURACY_MESSAGE,
  MIXED_MESSAGE,
  RESOLVED_MESSAGE,
  anyMessage,
} from '../../../../test/contract/channels/sample-messages.js';
import type { Message } from '../../message.js';
import { SlackConfig } from './config.js';
import { slackLink } from './mrkdwn.js';
import { reducedSlackPayload, slackPayload } from './payload.js';
import type { SlackPayload } from './payload.js';

const config = SlackConfig.parse({ mentions: ['here', 'U012AB3CD', 'S012AB3CD'] });

/** Every text of a payload, headline first. */
function texts({ text, attachments = [] }: SlackPayload): readonly string[] {
  const blocks = attachments.flatMap((attachment) => attachment.blocks);
  return [
    text,
    ...attachments.map(({ fallback }) => fallback),
    ...blocks
      .flatMap((block) =>
        block.type === 'context' ? block.elements : 'fields' in block ? block.fields : [block.text],
      )
      .map((part) => part.text),
  ];
}

describe('a Slack message', () => {
  it('of a model alert has headline, words, evidence and links', () => {
    expect(slackPayload(ACCURACY_MESSAGE, SlackConfig.parse({}))).toEqual({
      unfurl_links: false,
      unfurl_media: false,
      text: '🔴 iris-classifier accuracy 0.74 (limit 0.92) · critical',
      attachments: [
        {
          color: '#a30200',
          fallback: '🔴 iris-classifier accuracy 0.74 (limit 0.92) · critical',
          blocks: [
            {
              type: 'section',
              text: {
                type: 'mrkdwn',
                verbatim: true,
                text: 'The iris classifier is right too rarely.\nUpstream moved to new sensors on Tuesday; check the input drift before retraining.\nMoved most: setosa 33\u00A0% → 12\u00A0%, virginica 33\u00A0% → 55\u00A0%',
              },
            },
            {
              type: 'section',
              fields: [
                '*Value*\n0.74',
                '*Limit*\n0.92',
                '*Based on*\n1,240 events (100 needed)',
                '*Bound*\n0.7634',
                '*Compared with*\niris-7.json',
                '*Firing since*\n02:55 UTC (16 min 20 s)',
                '*Version*\n7',
                '*Owner*\nflowers',
              ].map((text) => ({ type: 'mrkdwn', verbatim: true, text })),
            },
            {
              type: 'context',
              elements: [
                {
                  type: 'mrkdwn',
                  verbatim: true,
                  text: '<https://retune.example.org/alerts/5b8f4e2a-91c7-8a3d-a1f0-3e6c9d2b7a11|Open> · <https://runbooks.example.org/iris?section=accuracy&amp;view=full|Runbook> · <https://prometheus.example.org/graph?g0.expr=model_accuracy&amp;g0.tab=1|Query> · flowers-team · `7f3c9a`',
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('of several alerts lists them', () => {
    const list = texts(slackPayload(MIXED_MESSAGE, config))[2]?.split('\n');
    expect(list).toEqual([
      '• iris-classifier accuracy 0.74 (limit 0.92) · version 7 · since 02:55 UTC',
      '• iris-classifier jsd 0.31 (limit 0.1) · feature=petal_length · since 02:55 UTC',
      '• iris-classifier PodRestarts: iris-0 restarted 4 times in 10 minutes · pod=iris-0 · since 2 Sep 23:40 UTC',
      '• iris-classifier error rate resolved after 15 min (was 0.04, limit 0.01)',
    ]);
  });

  it('of many alerts lists five and counts the rest', () => {
    const many = {
      ...ACCURACY_MESSAGE,
      alerts: Array.from({ length: 30 }, () => ACCURACY_ALERT),
      truncatedAlerts: 70,
    };
    const list = texts(slackPayload(many, config))
      .find((text) => text.startsWith('•'))
      ?.split('\n');
    expect(list).toHaveLength(6);
    expect(list?.at(-1)).toBe('and 95 more');
  });

  it('that it is over is green and says no more than that', () => {
    const { text, attachments } = slackPayload(RESOLVED_MESSAGE, config);
    expect(text).toBe(
      '✅ iris-classifier accuracy resolved after 2 h 10 min (was 0.74, limit 0.92) · critical',
    );
    expect(attachments?.[0]?.color).toBe('#2eb886');
    expect(JSON.stringify(attachments)).not.toContain('too rarely');
  });

  it.each([
    ['when something serious is new', {}, true],
    ['when more of it is new', { reason: 'new_alerts' }, true],
    ['when it got worse', { reason: 'escalated' }, true],
    ['not when it is repeated', { reason: 'repeat' }, false],
    ['not when some of it is over', { reason: 'some_resolved' }, false],
    ['not when all of it is over', { status: 'resolved' }, false],
    ['not when it is a warning', { alerts: [{ ...ACCURACY_ALERT, labels: { severity: 'warning' } }] }, false],
  ] satisfies [string, Partial<Message>, boolean][])('calls people %s', (_when, more, called) => {
    const { text } = slackPayload({ ...ACCURACY_MESSAGE, ...more }, config);
    expect(text.endsWith(' <!here> <@U012AB3CD> <!subteam^S012AB3CD>')).toBe(called);
  });

  it('of what is told late lists it before what fires', () => {
    const late = { because: 'Slack answered 503 for 9m' };
    const message = {
      ...MIXED_MESSAGE,
      alerts: [
        ...Array.from({ length: 9 }, () => MIXED_MESSAGE.alerts[0] as (typeof MIXED_MESSAGE.alerts)[0]),
        ...RESOLVED_MESSAGE.alerts.map((alert) => ({ ...alert, late })),
      ],
    };
    expect(texts(slackPayload(message, config)).join('\n')).toContain(
      'late because Slack answered 503 for 9m',
    );
  });

  it('calls nobody whom an alert names', () => {
    const evil = '<!channel> <@U012AB3CD> <https://evil.example.org|Approve> & @here #general';
    const labels = { alertname: evil, team: evil, model_name: evil, severity: evil, segment: evil };
    const alert = {
      ...ACCURACY_ALERT,
      labels,
      annotations: { summary: evil, description: evil, runbook_url: evil },
      evidence: undefined,
    };
    for (const alerts of [[alert], [alert, alert]]) {
      const message = { ...ACCURACY_MESSAGE, receiver: evil, alerts, commonAnnotations: alert.annotations };
      const all = [
        ...texts(slackPayload(message, SlackConfig.parse({}))),
        ...texts(reducedSlackPayload(message, SlackConfig.parse({}))),
      ];
      expect(
        all.join('\n').replaceAll(/<https:\/\/(?:retune|prometheus)\.example\.org[^<>|]*\|\w+>/g, ''),
      ).not.toMatch(/[<>]/);
    }
  });

  it('says where it came from, for webhooks that can be told', () => {
    const old = SlackConfig.parse({
      channel: '#ml',
      username: 'retune',
      icon_emoji: ':robot_face:',
      icon_url: '{{ .CommonLabels.nothing }}',
    });
    expect(slackPayload(ACCURACY_MESSAGE, old)).toMatchObject({
      channel: '#ml',
      username: 'retune',
      icon_emoji: ':robot_face:',
    });
    expect(slackPayload(ACCURACY_MESSAGE, old)).not.toHaveProperty('icon_url');
  });

  it('in its reduced form is one line with a link', () => {
    expect(reducedSlackPayload(RESOLVED_MESSAGE, config)).toEqual({
      unfurl_links: false,
      unfurl_media: false,
      text: '✅ iris-classifier accuracy resolved after 2 h 10 min (was 0.74, limit 0.92) · critical <https://retune.example.org/alerts/5b8f4e2a-91c7-8a3d-a1f0-3e6c9d2b7a11|Open> (shortened: Slack refused the full form)',
    });
  });

  it('stays within what Slack takes, whatever the alerts are', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const payload = slackPayload(message, config);
        const blocks = payload.attachments?.[0]?.blocks ?? [];
        expect(payload.text.length).toBeLessThanOrEqual(4000);
        expect(texts(payload).join('').length).toBeLessThanOrEqual(8000);
        expect(blocks.length).toBeLessThanOrEqual(50);
        for (const block of blocks) {
          if (block.type === 'context') expect(block.elements.length).toBeLessThanOrEqual(10);
          else if ('fields' in block) {
            expect(block.fields.length).toBeLessThanOrEqual(10);
            for (const { text } of block.fields) expect(text.length).toBeLessThanOrEqual(2000);
          } else expect(block.text.text.length).toBeLessThanOrEqual(3000);
        }
        for (const text of texts(payload)) {
          expect(text).not.toBe('');
          expect(text).not.toMatch(/&(?!amp;|lt;|gt;)|\p{Surrogate}/u);
          // All that is left in angle brackets is ours.
          expect(
            text.replaceAll(/<(?:https?:\/\/[^<>|]*\|\w+|!here|@U012AB3CD|!subteam\^S012AB3CD)>/g, ''),
          ).not.toMatch(/[<>]/);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('a link', () => {
  it('cannot be broken out of', () => {
    expect(slackLink('https://a.example.org/?a=1&b=<|>', 'x|y<z>')).toBe(
      '<https://a.example.org/?a=1&amp;b=%3C%7C%3E|x¦y&lt;z&gt;>',
    );
  });
});

describe('slack_configs', () => {
  it.each([
    ['a template that does not parse', { title: 'x {{ .Status' }, /"1:3 this action is not closed/],
    ['a function that nobody knows', { text: '{{ humanize 1 }}' }, /"1:4 .*humanize/],
    ['names as mentions', { link_names: true }, /write mentions/],
    ['a name as a mention', { mentions: ['@ops'] }, /expected a user id such as U012AB3CD/],
    ['editing messages', { update_message: true }, /needs an app token/],
    [
      'an address made by a template',
      { api_url: 'https://hooks.slack.com/{{ .x }}' },
      /templates are not supported in addresses/,
    ],
    ['an unknown field', { colour: 'red' }, /colour/],
  ])('refuse %s', (_what, raw, message) => {
    expect(JSON.stringify(SlackConfig.safeParse(raw).error?.issues)).toMatch(message);
  });

  it('take what is written for Alertmanager', () => {
    const written = {
      send_resolved: true,
      channel: '#ml-alerts',
      title: '{{ template "slack.title" . }}',
      text: '{{ range .Alerts }}{{ .Annotations.description }}{{ end }}',
      color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
      fields: [{ title: 'Team', value: '{{ .CommonLabels.team }}' }],
      actions: [{ type: 'button', text: 'Runbook', url: '{{ .CommonAnnotations.runbook_url }}' }],
      http_config: { follow_redirects: true },
    };
    expect(SlackConfig.safeParse(written).success).toBe(true);
  });
});
