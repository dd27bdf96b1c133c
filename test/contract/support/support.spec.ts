import { beforeAll, describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { findBinary, describeWith } from '../../support/binaries.js';
import { startAlertmanager } from '../../support/alertmanager.js';
import { CaptureServer } from '../../support/capture-server.js';
import { eventually } from '../../support/eventually.js';
import { MetricSource } from '../../support/metric-source.js';
import { type TestPrometheus, startPrometheus } from '../../support/prometheus.js';
import { startRedis } from '../../support/redis.js';
import { SmtpInbox } from '../../support/smtp-inbox.js';

const STARTS = 60_000;

describeWith(['prometheus'], 'a test Prometheus', () => {
  let source: MetricSource;
  let prometheus: TestPrometheus;

  beforeAll(async () => {
    source = await MetricSource.start();
    source.set('model_accuracy', { model_name: 'iris', note: 'a "quoted" word' }, 0.97);
    const target = { target: source.target, job: 'models', labels: { cluster: 'a' } };
    prometheus = await startPrometheus({ scrapeTargets: [target] });
  }, STARTS);

  const accuracy = () => prometheus.query('model_accuracy');

  it('sees what the source exposes', async () => {
    const [series] = await accuracy();
    const labels = {
      model_name: 'iris',
      note: 'a "quoted" word',
      job: 'models',
      cluster: 'a',
      instance: source.target,
    };
    expect(series).toEqual({ labels: { __name__: 'model_accuracy', ...labels }, value: 0.97 });
  });

  it('sees the series go when the source is down', async () => {
    source.down = true;
    await eventually(async () => (await accuracy()).length === 0);
    source.down = false;
    await eventually(async () => (await accuracy()).length === 1);
  });

  it(
    'keeps its data and its address over a crash',
    async () => {
      await prometheus.kill();
      await expect(accuracy()).rejects.toThrow('fetch failed');
      await prometheus.start();
      await eventually(
        async () => (await prometheus.query('count_over_time(model_accuracy[5m])')).length > 0,
      );
    },
    STARTS,
  );
});

describeWith(['redis'], 'a test Redis', () => {
  it('answers, and does so again after a restart', async () => {
    const redis = await startRedis();
    expect(redis.url).toMatch(/^redis:\/\/127\.0\.0\.1:\d+$/);
    await redis.restart();
    await redis.stop();
  });
});

describeWith(['alertmanager'], 'a test Alertmanager', () => {
  const config = { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] };

  it(
    'takes its configuration as an object',
    async () => {
      const alertmanager = await startAlertmanager(config);
      const answer = await fetch(`${alertmanager.url}/api/v2/receivers`);
      expect(await answer.json()).toEqual([{ name: 'nobody' }]);
    },
    STARTS,
  );

  it(
    'fails with its own words when the configuration is wrong',
    async () => {
      await expect(startAlertmanager('route: {}')).rejects.toThrow(/alertmanager ended with 1[^]*receiver/);
    },
    STARTS,
  );
});

describe('a missing binary', () => {
  it('is named by its environment variable', () => {
    process.env['REDIS_BIN'] = '/opt/redis';
    expect(findBinary('redis')).toBe('/opt/redis');
    delete process.env['REDIS_BIN'];
  });
});

describe('a capture server', () => {
  const post = (server: CaptureServer, body: string) =>
    fetch(`${server.url}/hook?a=1`, { method: 'POST', body });

  it('records requests and answers as scripted, then as usual', async () => {
    const server = await CaptureServer.start();
    server.next({ status: 429, headers: { 'retry-after': '7' } }, ({ body }) => ({
      status: 200,
      body: { echo: body },
    }));
    const limited = await post(server, '{"n":1}');
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await (await post(server, '{"n":2}')).json()).toEqual({ echo: '{"n":2}' });
    expect(await (await post(server, '{"n":3}')).text()).toBe('ok');
    expect(server.json()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/hook?a=1',
      headers: { 'content-length': '7' },
    });
  });

  it('hangs, resets and refuses', async () => {
    const server = await CaptureServer.start();
    server.next('hang', 'reset');
    const hanging = fetch(server.url, { signal: AbortSignal.timeout(300) });
    await server.received(1);
    await expect(hanging).rejects.toThrow('timeout');
    await expect(post(server, '')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    await server.refuse();
    await expect(post(server, '')).rejects.toThrow('fetch failed');
    await server.listen();
    expect((await post(server, '')).status).toBe(200);
  });
});

describe('an SMTP inbox', () => {
  const auth = { username: 'retune', password: 'secret' };
  const mail = {
    from: 'retune@example.org',
    to: 'a@example.org',
    subject: 'Genauigkeit fällt',
    text: 'Iris – 0.9 = zu wenig',
    html: '<b>ü</b>',
  };

  it.each(['none', 'starttls', 'implicit'] as const)('takes and reads mail with TLS %s', async (tls) => {
    const inbox = await SmtpInbox.start({ tls, auth });
    const transport = createTransport({
      host: inbox.host,
      port: inbox.port,
      secure: tls === 'implicit',
      requireTLS: tls === 'starttls',
      auth: { user: auth.username, pass: auth.password },
      tls: { rejectUnauthorized: false },
    });
    await transport.sendMail(mail);
    const [received] = await inbox.received(1);
    expect(received).toMatchObject({
      from: 'retune@example.org',
      to: ['a@example.org'],
      subject: mail.subject,
      html: mail.html,
    });
    expect(received?.text.trim()).toBe(mail.text);
  });

  it('refuses wrong credentials, and once at the step it was told', async () => {
    const inbox = await SmtpInbox.start({ auth });
    const { host, port } = inbox;
    const wrong = createTransport({ host, port, auth: { user: 'retune', pass: 'guess' } });
    await expect(wrong.sendMail(mail)).rejects.toMatchObject({ responseCode: 535 });
    const right = createTransport({ host, port, auth: { user: 'retune', pass: 'secret' } });
    inbox.refuseNext('recipient', 550, 'no such user');
    inbox.refuseNext('data', 451);
    await expect(right.sendMail(mail)).rejects.toMatchObject({ responseCode: 550 });
    await expect(right.sendMail(mail)).rejects.toMatchObject({ responseCode: 451 });
    await right.sendMail(mail);
    expect(inbox.mails).toHaveLength(1);
  });
});
