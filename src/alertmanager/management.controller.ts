import { Controller, Get, Header, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DatabaseClient } from '../platform/database.client.js';

/** The two questions that supervisors ask an Alertmanager; open, like /healthz. */
@ApiTags('alertmanager')
@Controller('-')
export class ManagementController {
  constructor(private readonly database: DatabaseClient) {}

  @Get('healthy')
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: '200 while the process lives' })
  healthy(): string {
    return 'OK';
  }

  @Get('ready')
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: '200 when alerts can be stored' })
  async ready(): Promise<string> {
    await this.database.ping().catch(() => {
      throw new ServiceUnavailableException('the database does not answer');
    });
    return 'OK';
  }
}
