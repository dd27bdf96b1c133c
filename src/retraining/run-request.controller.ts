import {
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  ServiceUnavailableException,
  UseGuards,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiGuard } from '../access/api.guard.js';
import { didYouMean } from '../schema/did-you-mean.js';
import { AskedRuns } from './asked-runs.dispatcher.js';
import { PolicyBook } from './policy-book.store.js';
import type { Policy } from './policy.js';
import type { Run } from './run.js';

const RunWish = z.object({
  by: z
    .string()
    .trim()
    .min(1, 'expected the name of whoever asks')
    .max(200)
    .describe(
      'who asks; stands in the journal, and cannot approve the run where the policy says not_requester',
    ),
  policy: z.string().optional().describe('needed where several policies are about the model'),
  why: z
    .string()
    .trim()
    .max(500)
    .optional()
    .describe('stands in the record and in what the pipeline is told'),
});
type RunWish = z.infer<typeof RunWish>;

/** A person asks for a run. */
@ApiTags('runs')
@UseGuards(ApiGuard)
@Controller('api/models/:model')
export class RunRequestController {
  constructor(
    private readonly book: PolicyBook,
    private readonly asked: AskedRuns,
  ) {}

  @Post('runs')
  @HttpCode(201)
  @ApiOperation({
    summary:
      'Ask for a run without any alert; every other gate of the policy is judged as ever (409: one holds it)',
  })
  async request(@Param('model') model: string, @Body({ schema: RunWish }) body: RunWish): Promise<Run> {
    const policy = this.policyOf(model, body.policy);
    const { by: name, why } = body;
    const asked = await this.asked.ask(policy, { kind: 'person', name, ...(why ? { why } : {}) });
    if (asked.kind !== 'decided')
      throw new ServiceUnavailableException(
        'Prometheus gives no answer, so nothing can be decided; ask again',
      );
    const { decision, run } = asked;
    if (run) return run;
    const gate = decision.gates.find(({ pass }) => !pass);
    const held = decision.decision === 'hold';
    throw new ConflictException({
      statusCode: 409,
      error: 'Conflict',
      message: held
        ? `policy ${policy.name} holds it back (${decision.reason.replaceAll('_', ' ')}): ${gate?.gate}: ${gate?.detail}`
        : `${model} has got a run just now`,
      ...(held ? { reason: decision.reason, gates: decision.gates } : {}),
    });
  }

  private policyOf(model: string, name: string | undefined): Policy {
    const ours = this.book.forModel(model);
    const names = ours.map((policy) => policy.name);
    const models = [...new Set(this.book.policies.map((policy) => policy.model))];
    if (ours.length === 0)
      throw new NotFoundException(
        `no policy is about a model ${JSON.stringify(model)}${didYouMean(model, models)}`,
      );
    const [only, ...others] = name === undefined ? ours : ours.filter((policy) => policy.name === name);
    if (!only)
      throw new NotFoundException(
        `no policy of ${model} is named ${JSON.stringify(name)}; it has ${names.join(', ')}`,
      );
    if (others.length > 0)
      throw new BadRequestException(
        `expected policy to be one of ${names.join(', ')}: all are about ${model}`,
      );
    return only;
  }
}
