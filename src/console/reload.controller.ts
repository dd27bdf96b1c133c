import { Controller, Get, HttpCode, HttpException, Injectable, Post, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiGuard } from '../access/api.guard.js';

/** How a reload went; a refused one leaves the running configuration in force. */
export type ReloadResult =
  | { readonly ok: true; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly errors: readonly string[] };

/** The running configuration, as far as the API tells of it. */
export interface ConfigurationStatus {
  readonly configHash: string;
  readonly loadedAt: string;
  readonly lastReload: { readonly at: string; readonly result: ReloadResult } | null;
}

/** Reloading, seen from the API: the composition root provides it. */
@Injectable()
export abstract class Reloading {
  abstract reload(): Promise<ReloadResult>;
  abstract status(): ConfigurationStatus;
}

/** Reloading rules/*.yml without a restart. */
@ApiTags('configuration')
@UseGuards(ApiGuard)
@Controller()
export class ReloadController {
  constructor(private readonly reloading: Reloading) {}

  @Post('-/reload')
  @HttpCode(200)
  @ApiOperation({ summary: 'Read rules/*.yml again; errors are listed and the running configuration stays' })
  async reload(): Promise<ReloadResult> {
    const result = await this.reloading.reload();
    if (!result.ok) throw new HttpException(result, 400);
    return result;
  }

  @Get('api/configuration')
  @ApiOperation({ summary: 'Which configuration is in force, and how the last reload went' })
  status(): ConfigurationStatus {
    return this.reloading.status();
  }
}
