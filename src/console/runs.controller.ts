import {
  Body,
  ConflictException,
  Controller,
  ForbiddenException,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
  UseGuards,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiGuard } from '../access/api.guard.js';
import { DatabaseClient } from '../platform/database.client.js';
import { type AddedReason, reasonsOf } from '../retraining/admission.store.js';
import { approvalProblem, tellApprovalProblem } from '../retraining/approval.js';
import { IncidentStore } from '../retraining/incident.store.js';
import type { Incident, IncidentAlert } from '../retraining/incident.js';
import type { RunEvent } from '../retraining/run-event.js';
import { RunRecorder } from '../retraining/run-recorder.store.js';
import { RunStore } from '../retraining/run.store.js';
import type { Run } from '../retraining/run.js';

const RunQuery = z.object({
  model: z.string().optional(),
  active: z.enum(['true', 'false']).optional().describe('true: only runs that have not ended'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
type RunQuery = z.infer<typeof RunQuery>;

const Decider = z.object({ by: z.string().min(1).max(200).describe('who decides; stands in the journal') });
type Decider = z.infer<typeof Decider>;

const Confirmation = Decider.extend({
  outcome: z.enum(['ran', 'did_not_run']),
  run_id: z.string().max(200).optional(),
  run_url: z.url({ protocol: /^https?$/ }).optional(),
});
type Confirmation = z.infer<typeof Confirmation>;

/** Retraining runs, and what a person may decide about them. */
@ApiTags('runs')
@UseGuards(ApiGuard)
@Controller('api')
export class RunsController {
  constructor(
    private readonly runs: RunStore,
    private readonly incidents: IncidentStore,
    private readonly recorder: RunRecorder,
    private readonly database: DatabaseClient,
  ) {}

  @Get('runs')
  @ApiOperation({ summary: 'Runs, newest first' })
  async list(@Query({ schema: RunQuery }) query: RunQuery): Promise<{ asOf: string; runs: Run[] }> {
    const { model, active, limit } = query;
    const filter = { limit, active: active === 'true', ...(model !== undefined && { model }) };
    return { asOf: new Date().toISOString(), runs: await this.runs.list(filter, this.database.db) };
  }

  @Get('runs/:id')
  @ApiOperation({ summary: 'One run, with the reasons that were added while it was active' })
  async get(@Param('id') id: string): Promise<Run & { addedReasons: readonly AddedReason[] }> {
    const run = await this.runs.get(id, this.database.db);
    if (!run) throw new NotFoundException(`there is no run ${id}`);
    return { ...run, addedReasons: await reasonsOf(id, this.database.db) };
  }

  @Get('incidents/:id')
  @ApiOperation({ summary: 'One incident with its alerts and runs' })
  async incident(
    @Param('id') id: string,
  ): Promise<{ incident: Incident; alerts: IncidentAlert[]; runs: Run[] }> {
    const { db } = this.database;
    const incident = await this.incidents.get(id, db);
    if (!incident) throw new NotFoundException(`there is no incident ${id}`);
    return {
      incident,
      alerts: await this.incidents.alertsOf(id, db),
      runs: await this.runs.ofIncident(id, db),
    };
  }

  @Post('models/:model/circuit/reset')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a model be retrained again after runs that did not help' })
  async resetCircuit(
    @Param('model') model: string,
    @Body({ schema: Decider }) body: Decider,
  ): Promise<{ model: string }> {
    await this.recorder.resetCircuit(model, body.by);
    return { model };
  }

  @Post('runs/:id/approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Approve a run that waits for it' })
  approve(@Param('id') id: string, @Body({ schema: Decider }) body: Decider): Promise<Run> {
    return this.decide(id, { type: 'approved', by: body.by });
  }

  @Post('runs/:id/reject')
  @HttpCode(200)
  @ApiOperation({ summary: 'Reject a run that waits for approval' })
  reject(@Param('id') id: string, @Body({ schema: Decider }) body: Decider): Promise<Run> {
    return this.decide(id, { type: 'rejected', by: body.by });
  }

  @Post('runs/:id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stop a run; one that is under way in the CI system is cancelled there' })
  cancel(@Param('id') id: string, @Body({ schema: Decider }) body: Decider): Promise<Run> {
    return this.decide(id, { type: 'cancel_requested', by: body.by });
  }

  @Post('runs/:id/confirm')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say whether a run nobody could find did run' })
  confirm(@Param('id') id: string, @Body({ schema: Confirmation }) body: Confirmation): Promise<Run> {
    const ref = body.run_id ? { id: body.run_id, ...(body.run_url && { url: body.run_url }) } : undefined;
    return this.decide(id, { type: 'confirmed', by: body.by, outcome: body.outcome, ...(ref && { ref }) });
  }

  /** Repeating a decision is harmless; one that comes too late is told so. */
  private async decide(id: string, event: RunEvent): Promise<Run> {
    const step = await this.recorder.apply(id, event);
    if (!step) throw new NotFoundException(`there is no run ${id}`);
    const problem = event.type === 'approved' && !step.changed && approvalProblem(step.run, event.by);
    if (problem && step.run.state === 'awaiting_approval') {
      const message = tellApprovalProblem(step.run, event.by, problem);
      throw problem === 'approved_before' ? new ConflictException(message) : new ForbiddenException(message);
    }
    if (!step.changed) throw new ConflictException(`the run is ${step.run.state} already (${step.reason})`);
    return step.run;
  }
}
