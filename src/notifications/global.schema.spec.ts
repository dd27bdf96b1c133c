import { describe, expect, it } from '@jest/globals';
import { Secret } from '../schema/secret.js';
import { channelDefaults, Global } from './global.schema.js';

describe('the global section of an alertmanager.yml', () => {
  it('has the defaults of Alertmanager', () => {
    const global = Global.parse({});
    expect(global.resolveTimeoutMs).toBe(300_000);
    expect(channelDefaults(global)).toEqual({
      pagerdutyUrl: 'https://events.pagerduty.com/v2/enqueue',
      smtp: { requireTls: true },
    });
  });

  it('hands what is written to the channels', async () => {
    const defaults = channelDefaults(
      Global.parse({
        resolve_timeout: '10m',
        slack_api_url_file: '/run/secrets/slack',
        pagerduty_url: 'https://events.eu.pagerduty.com/v2/enqueue',
        smtp_from: 'Retune <retune@example.org>',
        smtp_smarthost: 'smtp.example.org:465',
        smtp_hello: 'retune.example.org',
        smtp_auth_username: 'retune',
        smtp_auth_password: 'hunter2',
        smtp_require_tls: false,
        smtp_tls_config: { insecure_skip_verify: true },
        http_config: { follow_redirects: true, enable_http2: true },
        opsgenie_api_url: 'https://api.opsgenie.com/',
      }),
    );
    expect(defaults.slackApiUrl?.file).toBe('/run/secrets/slack');
    expect(defaults.smtp.authPassword).toBeInstanceOf(Secret);
    expect(await defaults.smtp.authPassword?.reveal(() => Promise.resolve(''))).toBe('hunter2');
    expect(JSON.parse(JSON.stringify(defaults))).toEqual({
      slackApiUrl: '<secret>',
      pagerdutyUrl: 'https://events.eu.pagerduty.com/v2/enqueue',
      smtp: {
        from: 'Retune <retune@example.org>',
        smarthost: 'smtp.example.org:465',
        hello: 'retune.example.org',
        authUsername: 'retune',
        authPassword: '<secret>',
        requireTls: false,
        insecureSkipVerify: true,
      },
    });
  });

  it.each([
    [
      'a secret and its file',
      { smtp_auth_password: 'a', smtp_auth_password_file: '/b' },
      /^smtp_auth_password_file: .* both written/,
    ],
    [
      'a proxy for everything',
      { http_config: { proxy_url: 'http://p' } },
      /^http_config: only honoured in a receiver/,
    ],
    [
      'a Slack app token',
      { slack_app_token: 'xoxb' },
      /^slack_app_token: Slack app tokens are not supported/,
    ],
    ['an unknown key', { smtp_form: 'a@b' }, /smtp_form/],
  ])('refuses %s', (_what, raw, message) => {
    const issues = Global.safeParse(raw).error?.issues ?? [];
    expect(issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)).toEqual([
      expect.stringMatching(message),
    ]);
  });
});
