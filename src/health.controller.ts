import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DatabaseClient } from './platform/database.client.js';
import { QueueClient } from './platform/queue.client.js';
import { PrometheusClient } from './prometheus/prometheus.client.js';

const CHECK_TIMEOUT_MS = 2000;

/** One part's word about itself. */
interface Check {
  readonly ok: boolean;
  readonly detail?: string;
}

/** Whether the process lives, and whether it can do its work. */
@ApiTags('health')
@Controller()
export class HealthController {
  constructor(
    private readonly database: DatabaseClient,
    private readonly queue: QueueClient,
    private readonly prometheus: PrometheusClient,
  ) {}

  @Get('healthz')
  @ApiOperation({ summary: '200 while the process lives' })
  alive(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Prometheus is a detail: while it is away Retune must stay up to say so. */
  @Get('readyz')
  @ApiOperation({ summary: '200 when database and queue answer, else 503' })
  async ready(
    @Res({ passthrough: true }) response: { status(code: number): unknown },
  ): Promise<{ status: 'ok' | 'unavailable'; checks: Record<string, Check> }> {
    const [database, queue, prometheus] = await Promise.all([
      check(() => this.database.ping()),
      check(() => this.queue.ping()),
      this.prometheus.ready().then((ok): Check => (ok ? { ok } : { ok, detail: 'does not answer /-/ready' })),
    ]);
    const ok = database.ok && queue.ok;
    response.status(ok ? 200 : 503);
    return { status: ok ? 'ok' : 'unavailable', checks: { database, queue, prometheus } };
  }
}

async function check(ask: () => Promise<unknown>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error('no answer in 2 s')), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([ask(), late]);
    return { ok: true };
  } catch (error) {
    return { ok: false, detail: (error as Error).message };
  } finally {
    clearTimeout(timer);
  }
}
