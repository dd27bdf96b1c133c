import { Controller, Get, HttpCode, HttpException, Post, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AlertmanagerGuard } from '../access/alertmanager.guard.js';
import { ApiGuard } from '../access/api.guard.js';
import { type ConfigurationStatus, Reloading, type ReloadResult } from '../platform/reloading.store.js';

/** Reloading rules/*.yml without a restart. */
@ApiTags('configuration')
@Controller()
export class ReloadController {
  constructor(private readonly reloading: Reloading) {}

  /** Guarded like Alertmanager's API, which has this request too. */
  @Post('-/reload')
  @HttpCode(200)
  @UseGuards(AlertmanagerGuard)
  @ApiOperation({ summary: 'Read rules/*.yml again; errors are listed and the running configuration stays' })
  async reload(): Promise<ReloadResult> {
    const result = await this.reloading.reload();
    if (!result.ok) throw new HttpException(result, 400);
    return result;
  }

  @Get('api/configuration')
  @UseGuards(ApiGuard)
  @ApiOperation({ summary: 'Which configuration is in force, and how the last reload went' })
  status(): ConfigurationStatus {
    return this.reloading.status();
  }
}
