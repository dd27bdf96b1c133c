import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { startInbox, type InboxMessage } from './inbox.js';

let inbox: Awaited<ReturnType<typeof startInbox>>;
const messages: InboxMessage[] = [];
beforeAll(async () => {
  const onMessage = (message: InboxMessage) => messages.push(message);
  inbox = await startInbox({ host: '127.0.0.1', httpPort: 0, smtpPort: 0, onMessage });
});
afterAll(() => inbox.close());

async function post(path: string, body: string): Promise<[number, string]> {
  const answer = await fetch(inbox.url + path, { method: 'POST', body });
  return [answer.status, await answer.text()];
}

describe('the inbox', () => {
  it.each([
    ['a message', '{"text":"hi"}', [200, 'ok']],
    ['no JSON', 'text=hi', [400, 'invalid_payload']],
    ['no text', '{"channel":"#ml"}', [400, 'no_text']],
  ])('answers like Slack to %s', async (_what, body, answer) => {
    expect(await post('/services/T0/B0/x', body)).toEqual(answer);
  });

  it('answers like PagerDuty', async () => {
    const event = { routing_key: 'r', event_action: 'trigger', dedup_key: 'k', payload: {} };
    const [status, body] = await post('/v2/enqueue', JSON.stringify(event));
    expect([status, JSON.parse(body)]).toEqual([
      202,
      { status: 'success', message: 'Event processed', dedup_key: 'k' },
    ]);
    expect((await post('/v2/enqueue', '{}'))[0]).toBe(400);
  });

  it('takes mail for anybody', async () => {
    const transport = createTransport({ host: '127.0.0.1', port: inbox.smtpPort, secure: false });
    const subject =
      'accuracy of iris-classifier is low, and this subject is long enough to be folded over lines';
    await transport.sendMail({
      from: 'retune@example.org',
      to: ['a@example.org', 'b@example.org'],
      subject,
      text: 'hello',
    });
    expect(messages.at(-1)).toMatchObject({
      channel: 'email',
      from: 'retune@example.org',
      to: ['a@example.org', 'b@example.org'],
      subject,
    });
  });

  it('lists what came, in order', async () => {
    const listed = (await (await fetch(`${inbox.url}/messages`)).json()) as { messages: InboxMessage[] };
    expect(listed.messages).toEqual(messages);
    expect(messages.map(({ channel }) => channel)).toEqual(['slack', 'pagerduty', 'email']);
  });
});
