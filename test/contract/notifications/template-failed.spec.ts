import { expect, it } from '@jest/globals';
import { CaptureServer } from '../../support/capture-server.js';
import { eventually } from '../../support/eventually.js';
import { startTestService } from '../../support/service.js';

interface Shown {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
interface Entry {
  readonly kind: string;
  readonly summary: string;
}

const TEXT = '{{ if eq .GroupLabels.alertname "Bad" }}{{ index .Alerts 99 }}{{ else }}own words{{ end }}';

it('a template that fails at the time of sending costs no message, is told, and is over with the next one that works', async () => {
  const slack = await CaptureServer.start();
  const service = await startTestService(`
route:
  receiver: chat
  group_by: [alertname]
  group_wait: 0s
  routes: [{ matchers: ['alertname=~"Retune.*"'], receiver: nobody }]
receivers:
  - { name: chat, slack_configs: [{ api_url: '${slack.url}', text: ${JSON.stringify(TEXT)} }] }
  - { name: nobody }
`);
  const post = (alertname: string): Promise<Response> =>
    fetch(`${service.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ labels: { alertname }, endsAt: '2099-01-01T00:00:00Z' }]),
    });
  const failures = async (): Promise<readonly Shown[]> => {
    const filter = encodeURIComponent('alertname="RetuneTemplateFailed"');
    return (await (await fetch(`${service.url}/api/v2/alerts?filter=${filter}`)).json()) as Shown[];
  };

  await post('Bad');
  await eventually(async () => {
    const [told] = await failures();
    expect(told).toMatchObject({
      labels: { channel: 'chat/slack/0', failed_receiver: 'chat', severity: 'warning' },
      annotations: { description: expect.stringMatching(/^text: .*index out of range/) },
    });
  }, 20_000);
  // In our own words, with what the operator would want to know.
  expect(slack.requests.map(({ body }) => body)).toEqual([expect.stringContaining('Bad')]);
  const { entries } = (await (await fetch(`${service.url}/api/journal`)).json()) as { entries: Entry[] };
  expect(entries.map(({ summary }) => summary)).toContainEqual(
    expect.stringMatching(/^chat\/slack\/0 was told .*in our own words: a template failed/),
  );

  await post('Good');
  await eventually(async () => expect(await failures()).toEqual([]), 20_000);
  expect(slack.requests.at(-1)?.body).toContain('own words');
});
