import { Controller, Get, NotFoundException, Param, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiGuard } from '../access/api.guard.js';
import { DatabaseClient } from '../platform/database.client.js';
import {
  decisionsAround,
  decisionsAt,
  decisionsOf,
  type StoredDecision,
  wasDecided,
} from '../retraining/decision-log.store.js';
import { PolicyBook } from '../retraining/policy-book.store.js';
import { didYouMean } from '../schema/did-you-mean.js';

const DecisionQuery = z.object({
  at: z.iso
    .datetime({ offset: true, error: 'expected a time such as 2026-03-10T03:10:00Z' })
    .optional()
    .describe('only what held at that instant'),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});
type DecisionQuery = z.infer<typeof DecisionQuery>;

/** What `GET /api/models/:model/decisions` answers. Newest first. */
export interface DecisionsAnswer {
  readonly asOf: string;
  readonly decisions: readonly StoredDecision[];
  /** Where none held at the instant asked for: the last before it and the first after it. */
  readonly nearest?: { readonly before?: StoredDecision; readonly after?: StoredDecision };
}

/** Why a model was, or was not, retrained. */
@ApiTags('runs')
@UseGuards(ApiGuard)
@Controller('api')
export class DecisionsController {
  constructor(
    private readonly book: PolicyBook,
    private readonly database: DatabaseClient,
  ) {}

  @Get('models/:model/decisions')
  @ApiOperation({
    summary: 'Every decision about a model, each gate with its number: why did it (not) retrain?',
  })
  async decisions(
    @Param('model') model: string,
    @Query({ schema: DecisionQuery }) { at, limit }: DecisionQuery,
  ): Promise<DecisionsAnswer> {
    const { db } = this.database;
    const asOf = new Date().toISOString();
    const models = [...new Set(this.book.policies.map((policy) => policy.model))];
    if (!models.includes(model) && !(await wasDecided(model, db))) {
      const known = models.length === 0 ? 'there are no policies' : `policies are about ${models.join(', ')}`;
      throw new NotFoundException(
        `no policy is about a model ${JSON.stringify(model)}${didYouMean(model, models) || `; ${known}`}`,
      );
    }
    if (at === undefined) return { asOf, decisions: await decisionsOf(model, limit, db) };
    const instant = new Date(at);
    const decisions = await decisionsAt(model, instant, db);
    if (decisions.length > 0) return { asOf, decisions };
    return { asOf, decisions, nearest: await decisionsAround(model, instant, db) };
  }
}
