import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiGuard } from '../access/api.guard.js';
import { formatMatchers } from '../alerts/matcher-format.js';
import { dueAt } from '../heartbeats/expected-heartbeat.js';
import { HeartbeatBook } from '../heartbeats/heartbeat-book.store.js';
import { HeartbeatStore } from '../heartbeats/heartbeat.store.js';
import { Platform } from '../platform/platform.module.js';

/** Heartbeats as people and their tools see them; times in ISO 8601, spans in milliseconds. */
export interface HeartbeatsView {
  readonly asOf: string;
  readonly sent: readonly { readonly receiver: string; readonly intervalMs: number }[];
  readonly expected: readonly {
    readonly name: string;
    readonly matchers: string;
    readonly withinMs: number;
    /** Null: not since the watch began. */
    readonly lastSeen: string | null;
    /** From when on it counts as missing; null before the first look. */
    readonly dueAt: string | null;
    readonly missing: boolean;
  }[];
}

/** Heartbeats as they stand. */
@ApiTags('heartbeats')
@UseGuards(ApiGuard)
@Controller('api/heartbeats')
export class HeartbeatsController {
  constructor(
    private readonly book: HeartbeatBook,
    private readonly store: HeartbeatStore,
    private readonly platform: Platform,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Heartbeats that are sent, and those that are expected with when they were last seen',
  })
  async list(): Promise<HeartbeatsView> {
    const { clock, database } = this.platform;
    const watches = await this.store.watches(database.db);
    const now = clock.now();
    const { send, expect } = this.book.current;
    return {
      asOf: now.toISOString(),
      sent: send.map(({ receiver, interval }) => ({ receiver, intervalMs: interval })),
      expected: expect.map(({ name, matchers, within }) => {
        const watch = watches.get(name);
        const due = watch && dueAt(watch, within);
        return {
          name,
          matchers: formatMatchers(matchers),
          withinMs: within,
          lastSeen: watch?.lastSeen?.toISOString() ?? null,
          dueAt: due?.toISOString() ?? null,
          missing: due !== undefined && due <= now,
        };
      }),
    };
  }
}
