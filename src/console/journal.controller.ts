import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiGuard } from '../access/api.guard.js';
import { ENTRY_KINDS, type StoredEntry } from '../journal/entry.js';
import { JournalStore } from '../journal/journal.store.js';
import { DatabaseClient } from '../platform/database.client.js';

const JournalQuery = z.object({
  model: z.string().optional(),
  kind: z.enum(ENTRY_KINDS).optional(),
  runId: z.string().optional(),
  before: z.coerce.number().int().optional().describe('entries older than this id: the next page'),
  after: z.coerce
    .number()
    .int()
    .optional()
    .describe('entries newer than this id, oldest first: following along'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
type JournalQuery = z.infer<typeof JournalQuery>;

/** What happened and why. */
@ApiTags('journal')
@UseGuards(ApiGuard)
@Controller('api/journal')
export class JournalController {
  constructor(
    private readonly journal: JournalStore,
    private readonly database: DatabaseClient,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The journal, newest first' })
  async list(
    @Query({ schema: JournalQuery }) query: JournalQuery,
  ): Promise<{ asOf: string; entries: StoredEntry[] }> {
    return { asOf: new Date().toISOString(), entries: await this.journal.list(query, this.database.db) };
  }
}
