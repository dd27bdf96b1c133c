import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { describeWith } from '../support/binaries.js';
import { CaptureServer } from '../support/capture-server.js';
import { onCleanup } from '../support/cleanup.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { startPrometheus } from '../support/prometheus.js';
import { tempDir } from '../support/temp-dir.js';

describeWith(['prometheus'], 'the built service on a real Prometheus', () => {
  it('starts on an empty database and says that it is ready', async () => {
    const sink = await CaptureServer.start();
    const prometheus = await startPrometheus({ scrapeTargets: [], scrapeInterval: '1s' });
    const folder = tempDir();
    await mkdir(`${folder}/rules`);
    await writeFile(
      `${folder}/rules/a.yml`,
      `groups: [{ name: g, interval: 1s, rules: [{ alert: Always, expr: 'vector(7) > 1' }] }]
route: { receiver: hook, group_wait: 0s, group_interval: 1s }
receivers: [{ name: hook, webhook_configs: [{ url: '${sink.url}' }] }]
`,
    );
    const port = await freePort();
    const env = {
      ...process.env,
      PROMETHEUS_URL: prometheus.url,
      RULES_DIR: `${folder}/rules`,
      DATA_DIR: `${folder}/data`,
      PORT: String(port),
    };
    const service = spawn(process.execPath, ['dist/main.js'], { env, stdio: 'ignore' });
    const ended = new Promise<void>((done) => service.once('exit', () => done()));
    onCleanup(async () => {
      service.kill('SIGTERM');
      await ended;
    });
    await eventually(async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
      expect(answer.status).toBe(200);
    }, 30_000);
  }, 60_000);
});
