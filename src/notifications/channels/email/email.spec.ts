import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ACCURACY_ALERT,
  ACCURACY_MESSAGE,
  anyMessage,
  MIXED_MESSAGE,
  RESOLVED_MESSAGE,
} from '../../../../test/contract/channels/sample-messages.js';
import type { MailTransport } from '../../../platform/ports.js';
import { Secret } from '../../../schema/secret.js';
import type { ChannelDefaults, ChannelIo } from '../channel.js';
import { parseHostPort, parseMailbox, parseMailboxes } from './address.js';
import { emailHtml } from './body-html.js';
import { emailText } from './body-text.js';
import { EmailConfig } from './config.js';
import { html } from './html.js';
import { email } from './index.js';
import { emailMail, subjectLine } from './payload.js';

const config = EmailConfig.parse({ to: 'Ops <ops@example.net>' });
const FROM = 'Retune <retune@alerts.example.org>';

describe('a subject', () => {
  it.each([
    [
      'tells state and number in brackets, then what it is about',
      ACCURACY_MESSAGE,
      '[FIRING 0.74 (limit 0.92) · critical] iris-classifier accuracy',
    ],
    ['says the same about it once it is over', RESOLVED_MESSAGE, '[RESOLVED] iris-classifier accuracy'],
    [
      'says so when nobody heard of it before',
      { ...RESOLVED_MESSAGE, reason: 'late' },
      '[RESOLVED, told late] iris-classifier accuracy',
    ],
    ['counts several alerts and names their group', MIXED_MESSAGE, '[FIRING 3 · critical] iris-classifier'],
    [
      'counts what is not listed',
      { ...ACCURACY_MESSAGE, truncatedAlerts: 9 },
      '[FIRING 10 · critical] iris-classifier accuracy',
    ],
    [
      'tells the environment, and cannot be closed early',
      {
        ...ACCURACY_MESSAGE,
        alerts: [
          {
            ...ACCURACY_ALERT,
            labels: { alertname: 'A', env: 'prod', severity: '] x\r\nBcc: b' },
            evidence: undefined,
          },
        ],
      },
      '[FIRING · x Bcc: b] A (prod)',
    ],
    [
      'is there without alerts',
      { ...ACCURACY_MESSAGE, alerts: [], groupLabels: {} },
      '[FIRING] flowers-team',
    ],
  ])('%s', (_what, message, subject) => {
    expect(subjectLine(message)).toBe(subject);
  });
});

describe('the text of a mail', () => {
  it('tells what is wrong, the evidence, and where to go', () => {
    expect(emailText(ACCURACY_MESSAGE)).toBe(`🔴 iris-classifier accuracy 0.74 (limit 0.92) · critical

The iris classifier is right too rarely.

Upstream moved to new sensors on Tuesday; check the input drift before retraining.

Moved most: setosa 33\u00A0% → 12\u00A0%, virginica 33\u00A0% → 55\u00A0%

Value:         0.74
Limit:         0.92
Based on:      1,240 events (100 needed)
Bound:         0.7634
Compared with: iris-7.json
Firing since:  02:55 UTC (16 min 20 s)
Version:       7
Owner:         flowers

Open:    https://retune.example.org/alerts/5b8f4e2a-91c7-8a3d-a1f0-3e6c9d2b7a11
Runbook: https://runbooks.example.org/iris?section=accuracy&view=full
Query:   https://prometheus.example.org/graph?g0.expr=model_accuracy&g0.tab=1

--${' '}
Sent to receiver flowers-team. Group {}/{team="flowers"}:{model_name="iris-classifier"} (7f3c9a).`);
  });

  it('lists twenty alerts and counts the rest', () => {
    const text = emailText({
      ...ACCURACY_MESSAGE,
      alerts: Array.from({ length: 30 }, () => ACCURACY_ALERT),
      truncatedAlerts: 5,
    });
    expect(text.match(/^- firing: iris-classifier accuracy/gm)).toHaveLength(20);
    expect(text).toContain('and 15 more');
  });
});

describe('a late mail', () => {
  const late = { because: 'the mail server could not be reached for 9m' };
  const message = {
    ...RESOLVED_MESSAGE,
    reason: 'late',
    alerts: RESOLVED_MESSAGE.alerts.map((alert) => ({ ...alert, late })),
  };

  it.each([
    ['text', emailText(message)],
    ['HTML', emailHtml(message)],
  ])('says as %s what happened, when, and why it comes late', (_form, text) => {
    expect(text).toContain(`late because ${late.because}`);
    expect(text).toContain(ACCURACY_ALERT.annotations['summary']);
  });

  it('lists what is late before what fires', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ ...ACCURACY_ALERT, fingerprint: `f${index}` }));
    const mixed = { ...ACCURACY_MESSAGE, alerts: [...many, ...message.alerts] };
    for (const text of [emailText(mixed), emailHtml(mixed)]) expect(text).toContain(late.because);
  });
});

describe('the HTML of a mail', () => {
  it('tells the same, in one column, with nothing to load', () => {
    const body = emailHtml(ACCURACY_MESSAGE);
    for (const part of [
      'iris-classifier accuracy',
      '0.74',
      'limit 0.92',
      '1,240 events (100 needed)',
      'The iris classifier is right too rarely.',
      'firing · critical',
    ]) {
      expect(body).toContain(part);
    }
    expect(body).toContain('href="https://runbooks.example.org/iris?section=accuracy&amp;view=full"');
    expect(body).toContain('<meta name="color-scheme" content="light dark" />');
    expect(body).not.toMatch(/<script|<img|<link|@import|url\(| on\w+=/i);
    expect(body.length).toBeLessThan(30_000); // Gmail hides what is beyond 102 kB
  });

  it('says when it is over, and how long it was', () => {
    expect(emailHtml(RESOLVED_MESSAGE)).toContain('Resolved after 2 h 10 min.');
    for (const body of [emailHtml(RESOLVED_MESSAGE), emailText(RESOLVED_MESSAGE)])
      expect(body).not.toContain('too rarely');
  });

  it('holds no markup but ours, whatever the alerts are', () => {
    const tags = new Set('html head meta title style body div table tr td span p br a'.split(' '));
    fc.assert(
      fc.property(anyMessage, (message) => {
        const body = emailHtml(message);
        for (const [, tag] of body.matchAll(/<\/?([^\s>/]*)/g))
          expect(tags).toContain(tag?.replace('!doctype', 'html'));
        for (const [, url] of body.matchAll(/href="([^"]*)"/g)) expect(url).toMatch(/^https?:\/\//);
        expect(body.length).toBeLessThan(100_000);
      }),
      { numRuns: 120 },
    );
  });

  it('is made of templates that escape what is put in', () => {
    expect(html`<a title="${`"'<>&`}">${[html`<b>${'<i>'}</b>`]}${undefined}${false}${3}</a>`.text).toBe(
      '<a title="&quot;&#39;&lt;&gt;&amp;"><b>&lt;i&gt;</b>3</a>',
    );
  });
});

describe('a mail', () => {
  it('has ids that stay, and a thread that its successors share', () => {
    const firing = emailMail(ACCURACY_MESSAGE, config, FROM);
    expect(firing).toMatchObject({
      from: FROM,
      to: 'Ops <ops@example.net>',
      messageId: '<0f9d3c1e-6a2b-4c8d-9e7f-112233445566@alerts.example.org>',
      references: '<alert-7f3c9ad05b1e4f6a-5b8f4e2a-91c7-8a3d-a1f0-3e6c9d2b7a11@alerts.example.org>',
      headers: {
        'Auto-Submitted': 'auto-generated',
        'X-Auto-Response-Suppress': 'All',
        'List-Id': 'Model alerts <alerts.alerts.example.org>',
        Importance: 'high',
        'X-Alert-Status': 'firing',
        'X-Alert-Severity': 'critical',
        'X-Alert-Name': 'IrisAccuracyLow',
        'X-Alert-Model': 'iris-classifier',
      },
    });
    const resolved = emailMail(RESOLVED_MESSAGE, config, FROM);
    expect(resolved.references).toBe(firing.references);
    expect(resolved.messageId).not.toBe(firing.messageId);
    expect(resolved.headers).not.toHaveProperty('Importance');
    expect(emailMail(MIXED_MESSAGE, config, FROM).references?.split(' ')).toHaveLength(4);
  });

  it('takes headers that the operator wrote, without those that are empty', () => {
    const headers = {
      subject: 'ML alert',
      'X-team': 'ops',
      'Reply-To': '{{ .CommonLabels.owner }}',
      From: 'x',
      To: 'y',
    };
    const mail = emailMail(ACCURACY_MESSAGE, { ...config, headers }, FROM);
    expect(mail).toMatchObject({ subject: 'ML alert', from: FROM, headers: { 'X-Team': 'ops' } });
    expect(Object.keys(mail.headers ?? {}).filter((name) => /reply-to|from|to$/i.test(name))).toEqual([]);
    expect(
      emailMail(ACCURACY_MESSAGE, { ...config, headers: { Subject: '{{ template "x" . }}' } }, FROM).subject,
    ).toMatch(/^\[FIRING/);
  });
});

describe('the way to the relay', () => {
  const io = (seen: MailTransport[]): ChannelIo => ({
    http: { send: () => Promise.reject(new Error('not used')) },
    mail: {
      send: (_mail, transport) => {
        seen.push(transport);
        return Promise.resolve({ kind: 'accepted', answer: '250 ok' });
      },
    },
    reveal: (secret) => secret.reveal((path) => Promise.resolve(path)),
    now: new Date(0),
  });
  const defaults: ChannelDefaults = {
    pagerdutyUrl: '',
    smtp: {
      from: FROM,
      smarthost: 'smtp.example.org:587',
      authUsername: 'u',
      authPassword: Secret.literal('p'),
      requireTls: true,
      hello: 'me',
    },
  };

  it.each([
    [
      'is the global one',
      {},
      {
        host: 'smtp.example.org',
        port: 587,
        username: 'u',
        password: 'p',
        requireTls: true,
        implicitTls: false,
        hello: 'me',
      },
    ],
    [
      'is TLS from the first byte on port 465',
      { smarthost: 'a:465' },
      {
        host: 'a',
        port: 465,
        username: 'u',
        password: 'p',
        requireTls: true,
        implicitTls: true,
        hello: 'me',
      },
    ],
    [
      'may be overridden one by one',
      {
        smarthost: '[::1]:25',
        hello: 'you',
        auth_username: 'v',
        auth_password_file: '/f',
        require_tls: false,
        force_implicit_tls: true,
        tls_config: { insecure_skip_verify: true },
      },
      {
        host: '::1',
        port: 25,
        username: 'v',
        password: '/f',
        requireTls: false,
        implicitTls: true,
        hello: 'you',
        insecureSkipVerify: true,
      },
    ],
    [
      'needs no login',
      { auth_username: '' },
      { host: 'smtp.example.org', port: 587, requireTls: true, implicitTls: false, hello: 'me' },
    ],
  ])('%s', async (_what, raw, transport) => {
    const seen: MailTransport[] = [];
    const own = EmailConfig.parse({ to: 'a@b', ...raw });
    expect(await email.send(ACCURACY_MESSAGE, own, defaults, io(seen))).toEqual({
      outcome: 'delivered',
      externalId: '250 ok',
    });
    expect(seen).toEqual([transport]);
  });

  it('is missed when nobody wrote it', () => {
    expect(email.missing(config, { pagerdutyUrl: '', smtp: { requireTls: true } })).toEqual([
      'from: write it here, or smtp_from under global',
      'smarthost: write it here, or smtp_smarthost under global; host and port such as smtp.example.org:587',
    ]);
    expect(email.missing(config, defaults)).toEqual([]);
  });
});

describe('addresses', () => {
  it.each([
    ['ops@example.org', { address: 'ops@example.org' }],
    [' Ops Team <ops@example.org> ', { name: 'Ops Team', address: 'ops@example.org' }],
    ['"Doe, \\"J\\"" <j@example.org>', { name: 'Doe, "J"', address: 'j@example.org' }],
    ['<ops@example.org>', { address: 'ops@example.org' }],
    ['ops+ml@[127.0.0.1]', { address: 'ops+ml@[127.0.0.1]' }],
    ['ops', undefined],
    ['ops@', undefined],
    ['a@b@c', undefined],
    ['a@b\r\nRCPT TO:<x@y>', undefined],
    ['Ops ops@example.org', undefined],
    ['', undefined],
  ])('%j is read as %j', (text, mailbox) => {
    expect(parseMailbox(text)).toEqual(mailbox);
  });

  it.each([
    ['a@b, "Doe, J" <j@b>,c@d', ['a@b', '"Doe, J" <j@b>', 'c@d']],
    ['a@b,', ['a@b']],
    ['a@b, nobody', undefined],
    [' , ', undefined],
  ])('the list %j is read as %j', (text, list) => {
    expect(parseMailboxes(text)).toEqual(list);
  });

  it.each([
    ['smtp.example.org:587', { host: 'smtp.example.org', port: 587 }],
    ['[::1]:25', { host: '::1', port: 25 }],
    ['smtp.example.org', undefined],
    ['smtp.example.org:0', undefined],
    ['smtp.example.org:70000', undefined],
    ['::1:25', undefined],
    [':25', undefined],
  ])('the relay %j is read as %j', (text, relay) => {
    expect(parseHostPort(text)).toEqual(relay);
  });
});
