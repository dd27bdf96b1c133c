import { expect, it, jest } from '@jest/globals';
import { templateData } from '../../../src/notifications/channels/rendering.js';
import type { Message } from '../../../src/notifications/message.js';
import { compileMessageTemplates } from '../../../src/templates/message-templates.js';
import { startAlertmanager } from '../../support/alertmanager.js';
import { describeWith } from '../../support/binaries.js';
import { CaptureServer } from '../../support/capture-server.js';
import { eventually } from '../../support/eventually.js';
import { ACCURACY_MESSAGE } from '../channels/sample-messages.js';

jest.setTimeout(60_000);

const NAMES = [
  '__alertmanager',
  '__alertmanagerURL',
  '__subject',
  '__description',
  ...[
    'title',
    'username',
    'fallback',
    'titlelink',
    'callbackid',
    'pretext',
    'iconemoji',
    'iconurl',
    'text',
    'footer',
  ].map((name) => `slack.default.${name}`),
  'pagerduty.default.description',
  'pagerduty.default.client',
  'pagerduty.default.clientURL',
  'email.default.subject',
];
const LISTS = ['__text_alert_list', 'pagerduty.default.instances'];
/** Every default in one text, with a mark around each, so that an empty one shows too. */
const TEXT = [
  ...NAMES.map((name) => `{{ template "${name}" . }}`),
  ...LISTS.map((name) => `{{ template "${name}" .Alerts.Firing }}{{ template "${name}" .Alerts.Resolved }}`),
]
  .map((text) => `<${text}>`)
  .join('\n');

interface Posted {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt?: string;
  readonly generatorURL: string;
}

const ALERT: Posted = {
  labels: { alertname: 'A<b', zone: 'a b', sev: 'crit', job: 'j', i: '1' },
  annotations: { summary: 'it is "x"', d: 'two\nlines' },
  startsAt: '2026-01-02T03:04:05.678Z',
  generatorURL: 'http://p/graph?g0.expr=up%3D1&x=y',
};
const OTHER: Posted = { ...ALERT, labels: { ...ALERT.labels, i: '2' }, annotations: {}, generatorURL: '' };

describeWith(['alertmanager'], 'Alertmanager’s default templates', () => {
  it.each<[string, readonly string[], readonly Posted[]]>([
    ['of one alert', ['alertname'], [ALERT]],
    ['of two alerts', ['zone', 'alertname'], [ALERT, OTHER]],
    ['of a group that has all labels', ['alertname', 'zone', 'sev', 'job', 'i'], [ALERT]],
    ['of a group without labels', [], [OTHER]],
  ])('%s give the text that Alertmanager gives', async (_what, groupBy, alerts) => {
    const server = await CaptureServer.start();
    const receiver = 'team (x) +1';
    const alertmanager = await startAlertmanager(
      {
        route: { receiver, group_by: groupBy, group_wait: '1s' },
        receivers: [
          {
            name: receiver,
            slack_configs: [{ api_url: server.url, send_resolved: true, channel: '#x', text: TEXT }],
          },
        ],
      },
      ['--web.external-url=https://am.example.org/x', '--web.route-prefix=/'],
    );
    const posted = await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      // An alert that began longer ago than group_wait is told at once, and its neighbours later.
      body: JSON.stringify(alerts.map((alert) => ({ ...alert, startsAt: new Date().toISOString() }))),
    });
    expect(posted.status).toBe(200);
    await eventually(() => expect(server.requests).toHaveLength(1));
    const { attachments } = JSON.parse(server.requests[0]?.body ?? '') as { attachments: { text: string }[] };

    const common = (key: 'labels' | 'annotations'): Record<string, string> =>
      Object.fromEntries(
        Object.entries(alerts[0]?.[key] ?? {}).filter(([name, value]) =>
          alerts.every((alert) => alert[key][name] === value),
        ),
      );
    const message: Message = {
      ...ACCURACY_MESSAGE,
      receiver,
      externalUrl: 'https://am.example.org/x',
      alerts: alerts.map(({ generatorURL, ...alert }) => ({
        ...alert,
        status: 'firing',
        generatorUrl: generatorURL,
        fingerprint: '',
        episode: '',
        value: null,
      })),
      groupLabels: Object.fromEntries(groupBy.map((name) => [name, ALERT.labels[name] ?? ''])),
      commonLabels: common('labels'),
      commonAnnotations: common('annotations'),
    };
    const { templates } = compileMessageTemplates([]);
    expect(templates.render(TEXT, 'text', { data: templateData(message), now: new Date() })).toEqual({
      ok: true,
      text: attachments[0]?.text,
    });
  });
});
