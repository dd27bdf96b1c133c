import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { Receivers } from './receiver.schema.js';

function errorsOf(yaml: string): readonly string[] {
  const result = Receivers.safeParse(parse(yaml));
  return result.success
    ? []
    : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

describe('receivers of an alertmanager.yml', () => {
  it('become integrations, each with its place among those of its type', () => {
    const receivers = Receivers.parse(
      parse(`
- name: blackhole
- name: ops
  labels: { team: ops }
  webhook_configs: [{ url: 'https://hooks.example.org/a' }, { url_file: /run/secrets/hook }]
  slack_configs:
  email_configs: [{ to: 'a@example.org, "Doe, Jane" <b@example.org>' }, { to: c@example.org }]
`),
    );
    expect(receivers.map(({ name }) => name)).toEqual(['blackhole', 'ops']);
    expect(receivers[0]?.integrations).toEqual([]);
    expect(receivers[1]?.integrations.map(({ type, index }) => `${type}/${index}`)).toEqual([
      'email/0',
      'email/1',
      'email/2',
      'webhook/0',
      'webhook/1',
    ]);
    expect(receivers[1]?.integrations.slice(0, 3)).toMatchObject([
      { config: { to: 'a@example.org' } },
      { config: { to: '"Doe, Jane" <b@example.org>' } },
      { config: { to: 'c@example.org' } },
    ]);
  });

  it('send resolved messages by default where Alertmanager does', () => {
    const [receiver] = Receivers.parse(
      parse(`
- name: ops
  slack_configs: [{ channel: '#ops' }]
  email_configs: [{ to: a@example.org }]
  pagerduty_configs: [{ routing_key: k }]
  webhook_configs: [{ url: 'http://sink/' }]
`),
    );
    expect(
      Object.fromEntries((receiver?.integrations ?? []).map((it) => [it.type, it.config.send_resolved])),
    ).toEqual({
      slack: false,
      email: false,
      pagerduty: true,
      webhook: true,
    });
  });

  it.each([
    [
      'a channel we do not have',
      '[{ name: ops, opsgenie_configs: [{ api_key: k }] }]',
      '0: opsgenie_configs: not supported in a receiver; supported are slack_configs, email_configs, pagerduty_configs, webhook_configs',
    ],
    ['a name twice', '[{ name: ops }, { name: ops }]', '1.name: there are two receivers named "ops"'],
    [
      'a secret and its file',
      "[{ name: ops, slack_configs: [{ api_url: 'https://hooks.slack.com/x', api_url_file: /f }] }]",
      '0.slack_configs.0.api_url_file: api_url and api_url_file are both written; keep one of them',
    ],
    [
      'a Slack address that is none',
      '[{ name: ops, slack_configs: [{ api_url: hooks.slack.com/SECRET }] }]',
      '0.slack_configs.0.api_url: expected an address such as https://host/path',
    ],
    [
      'a Slack app token',
      '[{ name: ops, slack_configs: [{ app_token: xoxb-1 }] }]',
      '0.slack_configs.0.app_token: app tokens are not supported; write api_url, the address of an incoming webhook',
    ],
    [
      'a mail recipient that is none',
      '[{ name: ops, email_configs: [{ to: ops }] }]',
      '0.email_configs.0.to: expected mail addresses such as ops@example.org, got "ops"',
    ],
    [
      'a relay without a port',
      '[{ name: ops, email_configs: [{ to: a@example.org, smarthost: mail }] }]',
      '0.email_configs.0.smarthost: expected host:port such as smtp.example.org:587, got "mail"',
    ],
    [
      'a private certificate authority',
      '[{ name: ops, webhook_configs: [{ url: "https://a/", http_config: { tls_config: { ca_file: x } } }] }]',
      '0.webhook_configs.0.http_config.tls_config: not supported here; to trust a private certificate authority start the service with NODE_EXTRA_CA_CERTS=<file>',
    ],
    [
      'the first PagerDuty version',
      '[{ name: ops, pagerduty_configs: [{ service_key: k }] }]',
      '0.pagerduty_configs.0.service_key: the first version of the events API is not supported; write routing_key of an "Events API v2" integration',
    ],
    [
      'a webhook without an address',
      '[{ name: ops, webhook_configs: [{}] }]',
      '0.webhook_configs.0: expected url or url_file',
    ],
  ])('refuse %s', (_what, yaml, message) => {
    expect(errorsOf(yaml)).toEqual([message]);
  });

  it('have a JSON schema', () => {
    expect(JSON.stringify(z.toJSONSchema(Receivers, { io: 'input' }))).toContain('slack_configs');
  });
});
