import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiGuard } from '../access/api.guard.js';
import { type Delivery, DeliveryStore } from '../notifications/delivery.store.js';
import { DatabaseClient } from '../platform/database.client.js';

const DeliveryQuery = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) });
type DeliveryQuery = z.infer<typeof DeliveryQuery>;

/** Every message to every target, and how it fared. */
@ApiTags('deliveries')
@UseGuards(ApiGuard)
@Controller('api/deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly database: DatabaseClient,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Deliveries, newest first, with their last outcome' })
  async list(
    @Query({ schema: DeliveryQuery }) query: DeliveryQuery,
  ): Promise<{ asOf: string; deliveries: Delivery[] }> {
    return {
      asOf: new Date().toISOString(),
      deliveries: await this.deliveries.list(query.limit, this.database.db),
    };
  }
}
