import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Query,
  UseGuards,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AlertmanagerGuard } from '../access/alertmanager.guard.js';
import { Platform } from '../platform/platform.module.js';
import { SilenceStore } from '../routing/silence.store.js';
import { type Parameters, readFilters } from './alerts-query.js';
import { isUuid, notUuid, readSilence, refusalOf } from './read-silence.js';
import { JsonBodyGuard } from './json-body.guard.js';
import { orRefuse, RefusedRequest } from './refusal.filter.js';
import { SilenceChanges } from './silence-changes.store.js';
import { type SilenceView, viewSilence, viewSilences } from './view-silence.js';

/** Silences, as Alertmanager's clients make and read them. */
@ApiTags('alertmanager')
@UseGuards(AlertmanagerGuard)
@Controller('api/v2')
export class SilencesController {
  constructor(
    private readonly platform: Platform,
    private readonly silences: SilenceStore,
    private readonly changes: SilenceChanges,
  ) {}

  @Get('silences')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Silences: active by end, then pending by start, then ended ones' })
  async list(@Query() parameters: Parameters): Promise<readonly SilenceView[]> {
    const filters = orRefuse(readFilters(parameters));
    const stored = await this.silences.list(this.platform.database.db);
    return viewSilences(stored, filters, this.platform.clock.now());
  }

  @Post('silences')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @UseGuards(JsonBodyGuard)
  @ApiOperation({ summary: 'Make a silence, or with an id edit one' })
  async save(@Body() body: unknown): Promise<{ readonly silenceID: string }> {
    const saved = await this.changes.save(orRefuse(readSilence(body)));
    if (!saved.ok) throw new RefusedRequest(refusalOf(saved.error));
    return { silenceID: saved.silence.id };
  }

  @Get('silence/:id')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'One silence' })
  async find(@Param('id') id: string): Promise<SilenceView> {
    if (!isUuid(id)) throw new RefusedRequest(notUuid(id));
    const silence = await this.silences.find(id, this.platform.database.db);
    if (!silence) throw new RefusedRequest({ status: 404 });
    return viewSilence(silence, this.platform.clock.now());
  }

  @Delete('silence/:id')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'End a silence now' })
  async expire(@Param('id') id: string): Promise<void> {
    if (!isUuid(id)) throw new RefusedRequest(notUuid(id));
    if ((await this.changes.expire(id)) === 'not_found') throw new RefusedRequest({ status: 404 });
  }
}
