import { describe, expect, it } from '@jest/globals';
import { emailMail } from '../../../src/notifications/channels/email/payload.js';
import { EmailConfig } from '../../../src/notifications/channels/email/config.js';
import { PagerdutyConfig } from '../../../src/notifications/channels/pagerduty/config.js';
import { pagerdutyEvent } from '../../../src/notifications/channels/pagerduty/payload.js';
import { Rendering } from '../../../src/notifications/channels/rendering.js';
import { SlackConfig } from '../../../src/notifications/channels/slack/config.js';
import { ownSlackPayload } from '../../../src/notifications/channels/slack/own-payload.js';
import { slackPayload } from '../../../src/notifications/channels/slack/payload.js';
import { webhook } from '../../../src/notifications/channels/webhook/index.js';
import { channelDefaults, Global } from '../../../src/notifications/global.schema.js';
import { HttpClient } from '../../../src/platform/http.client.js';
import { compileMessageTemplates } from '../../../src/templates/message-templates.js';
import { CaptureServer } from '../../support/capture-server.js';
import { onCleanup } from '../../support/cleanup.js';
import { ACCURACY_MESSAGE, MIXED_MESSAGE } from './sample-messages.js';

const NOW = new Date('2026-09-03T03:12:00Z');
const NAME = '{{ .CommonLabels.alertname }}';
const FAILS = '{{ index .Alerts 99 }}';

function rendering(files: Readonly<Record<string, string>> = {}, message = ACCURACY_MESSAGE): Rendering {
  const { templates, errors } = compileMessageTemplates(
    Object.entries(files).map(([file, text]) => ({ file, text })),
  );
  expect(errors).toEqual([]);
  return new Rendering(message, NOW, templates);
}

describe('Slack', () => {
  const TEXTS = [
    'title',
    'title_link',
    'pretext',
    'text',
    'fallback',
    'callback_id',
    'footer',
    'color',
    'image_url',
    'thumb_url',
  ] as const;
  const slack = (raw: object, it = rendering()): ReturnType<typeof ownSlackPayload> =>
    ownSlackPayload(ACCURACY_MESSAGE, SlackConfig.parse(raw), it);

  it.each(TEXTS)('renders %s', (field) => {
    expect(slack({ text: 'x', [field]: `<${NAME}>` })?.attachments[0]).toMatchObject({
      [field]: '<IrisAccuracyLow>',
    });
  });

  it.each(['channel', 'username', 'icon_emoji', 'icon_url'] as const)(
    'renders %s, in both forms',
    (field) => {
      const raw = { [field]: NAME };
      expect(slack({ ...raw, text: 'x' })).toMatchObject({ [field]: 'IrisAccuracyLow' });
      expect(slackPayload(ACCURACY_MESSAGE, SlackConfig.parse(raw))).toMatchObject({
        [field]: 'IrisAccuracyLow',
      });
    },
  );

  it('renders fields, actions and the text outside', () => {
    const own = slack({
      message_text: '<!here> {{ .Status }}',
      fields: [
        { title: NAME, value: '{{ .Status }}' },
        { title: 'b', value: 'c', short: false },
      ],
      short_fields: true,
      actions: [
        { type: 'button', text: NAME, url: '{{ .CommonAnnotations.runbook_url }}', confirm: { text: NAME } },
      ],
      mrkdwn_in: ['text'],
    });
    expect(own?.text).toBe('<!here> firing');
    expect(own?.attachments[0]).toMatchObject({
      fields: [
        { title: 'IrisAccuracyLow', value: 'firing', short: true },
        { title: 'b', value: 'c', short: false },
      ],
      actions: [
        { type: 'button', text: 'IrisAccuracyLow', url: /^https/, confirm: { text: 'IrisAccuracyLow' } },
      ].map((action) => ({ ...action, url: ACCURACY_MESSAGE.commonAnnotations['runbook_url'] })),
      mrkdwn_in: ['text'],
    });
  });

  it('has Alertmanager’s texts in the fields that are not written', () => {
    expect(slack({ text: 'mine' })?.attachments).toEqual([
      {
        title: '[FIRING:1] iris-classifier (IrisAccuracyLow 7 critical flowers)',
        title_link: 'https://retune.example.org/#/alerts?receiver=flowers-team',
        text: 'mine',
        fallback:
          '[FIRING:1] iris-classifier (IrisAccuracyLow 7 critical flowers) | https://retune.example.org/#/alerts?receiver=flowers-team',
        color: 'danger',
        mrkdwn_in: ['fallback', 'pretext', 'text'],
      },
    ]);
  });

  it('has our form when nothing is written, and the operator’s once a file gives a default another meaning', () => {
    expect(slack({})).toBeUndefined();
    expect(slack({ color: '#123456' })).toBeUndefined();
    expect(
      slackPayload(ACCURACY_MESSAGE, SlackConfig.parse({ color: '#123456' })).attachments?.[0]?.color,
    ).toBe('#123456');
    const own = slack({}, rendering({ 'a.tmpl': '{{ define "__subject" }}S {{ .Status }}{{ end }}' }));
    expect(own?.attachments[0]).toMatchObject({ title: 'S firing' });
  });

  it('has our form when a text fails, and says which', () => {
    const it = rendering();
    expect(slack({ title: 'fine', text: FAILS }, it)).toBeUndefined();
    expect(it.faults).toEqual([
      expect.stringMatching(/^text: template: :1:3: executing "" at <index .Alerts 99>/),
    ]);
  });

  it('mentions whom it has to in the operator’s words too', () => {
    expect(slack({ text: 'x', mentions: ['here'] })?.text).toBe('<!here>');
  });

  it('cuts a title where Alertmanager does', () => {
    const title = slack({ title: 'ä'.repeat(2000) })?.attachments[0]?.['title'] as string;
    expect(Array.from(title)).toHaveLength(1024);
  });
});

describe('mail', () => {
  const mail = (raw: object, it = rendering()): ReturnType<typeof emailMail> =>
    emailMail(ACCURACY_MESSAGE, EmailConfig.parse({ to: 'a@example.org', ...raw }), 'b@example.org', it);

  it('renders subject, headers, text and HTML, the last with values escaped', () => {
    const { subject, headers, text, html } = mail({
      headers: {
        subject: `S ${NAME}`,
        'X-Team': '{{ .CommonLabels.team }}',
        'X-Empty': '{{ .CommonLabels.nope }}',
      },
      text: `T ${NAME}`,
      html: '<p title="{{ "<a>" }}">{{ "a & b" }}</p>',
    });
    expect({ subject, text, html }).toEqual({
      subject: 'S IrisAccuracyLow',
      text: 'T IrisAccuracyLow',
      html: '<p title="&lt;a&gt;">a &amp; b</p>',
    });
    expect(headers).toMatchObject({ 'X-Team': 'flowers' });
    expect(headers).not.toHaveProperty('X-Empty');
  });

  it('has our HTML under Alertmanager’s name, around which templates may write', () => {
    const ours = mail({}).html;
    expect(mail({ html: '{{ template "email.default.html" . }}' }).html?.replace(/<!--.*?-->/gs, '')).toBe(
      ours,
    );
    expect(
      mail({}, rendering({ 'a.tmpl': '{{ define "email.default.html" }}<b>{{ .Status }}</b>{{ end }}' }))
        .html,
    ).toBe('<b>firing</b>');
  });

  it('has no HTML when the operator wants none', () => {
    expect(mail({ html: '', text: 'plain' })).not.toHaveProperty('html');
    expect(mail({ html: '' }).html).toMatch(/<!doctype html>/);
  });

  it('has ours in the place of what fails, and says which', () => {
    const it = rendering();
    const ours = mail({});
    expect(mail({ headers: { Subject: FAILS, 'X-A': FAILS }, text: FAILS, html: FAILS }, it)).toEqual(ours);
    expect(it.faults.map((fault) => fault.split(':')[0])).toEqual([
      'headers.Subject',
      'text',
      'html',
      'headers.X-A',
    ]);
  });

  it('keeps a header on its line', () => {
    const evil = '{{ "a\\r\\nBcc: x@example.org" }}';
    expect(mail({ headers: { Subject: evil, 'X-A': evil } })).toMatchObject({
      subject: 'a Bcc: x@example.org',
      headers: { 'X-A': 'a Bcc: x@example.org' },
    });
  });
});

describe('PagerDuty', () => {
  const event = (raw: object, it = rendering()): ReturnType<typeof pagerdutyEvent> =>
    pagerdutyEvent(ACCURACY_MESSAGE, PagerdutyConfig.parse(raw), 'key', false, it);

  it('renders every text', () => {
    const names = ['description', 'source', 'component', 'group', 'class', 'client', 'client_url'];
    const raw = Object.fromEntries(names.map((name) => [name, `${name} ${NAME}`]));
    expect(event({ ...raw, severity: '{{ "Warning" | toLower }}' })).toMatchObject({
      client: 'client IrisAccuracyLow',
      client_url: 'client_url IrisAccuracyLow',
      payload: {
        summary: 'description IrisAccuracyLow',
        source: 'source IrisAccuracyLow',
        component: 'component IrisAccuracyLow',
        group: 'group IrisAccuracyLow',
        class: 'class IrisAccuracyLow',
        severity: 'warning',
      },
    });
  });

  it('adds details to ours, and has links and images in the place of ours', () => {
    const details = {
      num_firing: '{{ .Alerts.Firing | len }} of many',
      own: { list: '{{ .CommonLabels.Names | toJson }}' },
    };
    expect(
      event({
        details,
        links: [{ href: 'https://x/{{ .Status }}', text: NAME }, { href: '' }],
        images: [{ src: 'https://i/{{ .Status }}', alt: NAME }],
      }),
    ).toMatchObject({
      links: [{ href: 'https://x/firing', text: 'IrisAccuracyLow' }],
      images: [{ src: 'https://i/firing', href: '', alt: 'IrisAccuracyLow' }],
      payload: {
        custom_details: {
          num_firing: '1 of many',
          own: { list: ['alertname', 'model_name', 'model_version', 'severity', 'team'] },
          num_resolved: 0,
          receiver: 'flowers-team',
        },
      },
    });
  });

  it('has ours in the place of what fails, and says which', () => {
    const it = rendering();
    expect(event({ description: FAILS, details: { firing: FAILS } }, it)).toEqual(event({}));
    expect(it.faults.map((fault) => fault.split(':')[0])).toEqual(['description', 'details.firing']);
  });
});

describe('a webhook', () => {
  const http = new HttpClient();
  onCleanup(() => http.onApplicationShutdown());
  const io = {
    http,
    mail: { send: () => Promise.reject(new Error('no mail')) },
    now: NOW,
    reveal: (secret: { reveal: (read: () => Promise<string>) => Promise<string> }) =>
      secret.reveal(() => Promise.reject(new Error('no file'))),
  };
  const defaults = channelDefaults(Global.parse({}));
  const send = (raw: object): ReturnType<typeof webhook.send> =>
    webhook.send(MIXED_MESSAGE, webhook.Config.parse(raw), defaults, io);

  it('renders its address and a body of its own', async () => {
    const server = await CaptureServer.start();
    const payload = {
      text: '{{ .Status }}: {{ len .Alerts }}',
      count: '{{ len .Alerts }}',
      '{{ .Receiver }}': { labels: '{{ toJson .CommonLabels }}', list: ['{{ .Status }}', 5, null, true] },
      title: '[{{ .Status }}] x',
    };
    expect(await send({ url: `${server.url}/{{ .Status }}`, payload, max_alerts: 2 })).toEqual({
      outcome: 'delivered',
    });
    const [request] = server.requests;
    expect(request?.path).toBe('/firing');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      text: 'firing: 2',
      count: 2,
      'flowers-team': {
        labels: { model_name: 'iris-classifier', team: 'flowers' },
        list: ['firing', 5, null, true],
      },
      title: '[firing] x',
    });
  });

  it('sends our body when the own one fails, and says why', async () => {
    const server = await CaptureServer.start();
    expect(await send({ url: server.url, payload: { a: FAILS } })).toEqual({
      outcome: 'delivered',
      templateFaults: [expect.stringMatching(/^payload\.a: template: :1:3/)],
    });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ version: '4' });
  });

  it('is broken when its address fails, and does not repeat it', async () => {
    expect(await send({ url: `https://secret.example.org/${FAILS}` })).toEqual({
      outcome: 'target_broken',
      reason: 'not_found',
      detail: 'url: the template in it failed',
    });
  });
});
