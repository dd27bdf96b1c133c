import {
  Body,
  ConflictException,
  Controller,
  Headers,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  UnauthorizedException,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CallbackTokens } from './callback-tokens.store.js';
import type { CiStatus } from './ci/ci-provider.js';
import { decideClaim } from './decide-claim.js';
import { PolicyBook } from './policy-book.store.js';
import type { RunEvent } from './run-event.js';
import { RunRecorder } from './run-recorder.store.js';
import type { Run } from './run.js';

const Claim = z.object({
  correlation_id: z.string().optional(),
  run_id: z.string().min(1).max(200).describe("the pipeline's own id of this run"),
});
type Claim = z.infer<typeof Claim>;

const Report = z.object({
  correlation_id: z.string().optional(),
  run_id: z.string().max(200).optional(),
  run_url: z.url({ protocol: /^https?$/ }).optional(),
  status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out']),
  model_version: z.string().max(200).optional(),
  nothing_ran: z.boolean().optional(),
  cost_units: z
    .number()
    .min(0)
    .optional()
    .describe('what the run cost, in the unit of cost_per_run; takes the place of the estimate'),
  metrics: z
    .record(z.string(), z.number())
    .optional()
    .describe('offline figures; accepted, not kept, never taken as proof'),
  detail: z.string().max(2000).optional(),
});
type Report = z.infer<typeof Report>;

/** What pipelines call, with the token of their run. */
@ApiTags('pipelines')
@Controller('api/runs/:id')
export class RunCallbackController {
  constructor(
    private readonly tokens: CallbackTokens,
    private readonly recorder: RunRecorder,
    private readonly book: PolicyBook,
  ) {}

  /** The fence against duplicate runs: the first pipeline gets the run, any other 409. */
  @Post('claim')
  @HttpCode(200)
  @ApiOperation({ summary: 'First step of a pipeline: may this run go on? 409 means stop' })
  async claim(
    @Param('id') id: string,
    @Headers('authorization') authorization: string | undefined,
    @Body({ schema: Claim }) body: Claim,
  ): Promise<{ claimed: true }> {
    await this.authorize(authorization, id);
    let refused: string | undefined;
    const step = await this.recorder.apply(id, (run: Run): RunEvent | undefined => {
      const isRefId = this.book.target(run.ci)?.provider.claimsWithRefId === true;
      const answer = decideClaim(run, body.run_id, isRefId);
      if (answer.answer === 'refused') refused = answer.reason;
      return answer.answer === 'granted' && answer.first
        ? { type: 'claimed', ciRunId: body.run_id, isRefId }
        : undefined;
    });
    if (!step) throw new NotFoundException(`there is no run ${id}`);
    if (refused) throw new ConflictException(`stop: this run is not yours to execute (${refused})`);
    return { claimed: true };
  }

  @Post('report')
  @HttpCode(200)
  @ApiOperation({ summary: 'How a pipeline fares; a report that comes late or twice changes nothing' })
  async report(
    @Param('id') id: string,
    @Headers('authorization') authorization: string | undefined,
    @Body({ schema: Report }) body: Report,
  ): Promise<{ state: string }> {
    await this.authorize(authorization, id);
    const status: CiStatus = {
      state: body.status,
      raw: body.status,
      ...(body.nothing_ran !== undefined && { nothingRan: body.nothing_ran }),
      ...(body.model_version !== undefined && { modelVersion: body.model_version }),
      ...(body.detail !== undefined && { detail: body.detail }),
    };
    // First, so that the decision that follows an end knows what is left of the budget.
    if (body.cost_units !== undefined)
      await this.recorder.apply(id, { type: 'cost_reported', cost: body.cost_units });
    const step = await this.recorder.apply(id, { type: 'reported', status });
    if (!step) throw new NotFoundException(`there is no run ${id}`);
    return { state: step.run.state };
  }

  private async authorize(authorization: string | undefined, id: string): Promise<void> {
    if (await this.tokens.opens(authorization, id)) return;
    throw new UnauthorizedException('send the header Authorization: Bearer <token of this run>');
  }
}
