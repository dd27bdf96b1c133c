import { describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { DatabaseClient } from '../../../src/platform/database.client.js';
import { createLogger, Logs } from '../../../src/platform/log.js';
import { onCleanup } from '../../support/cleanup.js';
import { eventually } from '../../support/eventually.js';
import { startTestService } from '../../support/service.js';

const RULES = 'route: { receiver: r }\nreceivers: [{ name: r }]\n';
const LOCK = 0x7e7e_0002; // the lock that all batches take

describe('a database that hangs', () => {
  it('is a 503 to senders before they give up, and what waited is not stored afterwards', async () => {
    const { url, postgres } = await startTestService(RULES);
    const log = new Logs(createLogger('json', 'error')).for('test');
    const database = new DatabaseClient(postgres.address, log);
    onCleanup(() => database.close());
    const send = async (path: string, body: unknown): Promise<number> => {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(9_800),
      });
      return answer.status;
    };
    const alert = (alertname: string) => ({ labels: { alertname } });
    const received = (alertname: string) => ({
      version: '4',
      alerts: [{ status: 'firing', startsAt: '2026-03-10T12:00:00Z', ...alert(alertname) }],
    });
    const statuses = await database.transaction(async (trx) => {
      await sql`select pg_advisory_xact_lock(${LOCK})`.execute(trx);
      return Promise.all([
        send('/api/v2/alerts', [alert('posted')]),
        send('/webhooks/alertmanager', received('received')),
        send('/webhooks/alertmanager', received('waiting')),
      ]);
    });
    expect(statuses).toEqual([503, 503, 503]);
    expect(await eventually(() => send('/api/v2/alerts', [alert('again')]))).toBe(200);
    const shown = (await (await fetch(`${url}/api/v2/alerts`)).json()) as { labels: object }[];
    expect(shown.map(({ labels }) => labels)).toEqual([{ alertname: 'again' }]);
  }, 60_000);
});
