import { Controller, Header, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AlertmanagerGuard } from '../access/alertmanager.guard.js';
import { Reloading } from '../platform/reloading.store.js';
import { RefusedRequest } from './refusal.filter.js';

/** Reloading under the prefix of Alertmanager's API, with Alertmanager's answers; without a prefix Retune's own stands there. */
@ApiExcludeController()
@UseGuards(AlertmanagerGuard)
@Controller(['-/reload'])
export class PrefixedReloadController {
  constructor(private readonly reloading: Reloading) {}

  @Post()
  @HttpCode(200)
  @Header('content-type', 'text/plain; charset=utf-8')
  async reload(): Promise<void> {
    const result = await this.reloading.reload();
    if (result.ok) return;
    throw new RefusedRequest({
      status: 500,
      plain: `failed to reload config: ${result.errors.join('; ')}`,
    });
  }
}
