import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AlertmanagerGuard } from '../access/alertmanager.guard.js';
import { RoutingTable } from '../notifications/routing-table.store.js';
import { writeConfiguration } from './write-configuration.js';

/** The version whose API is spoken here: clients choose by it what they may send. */
const API_LEVEL = '0.33.1';

/** `GET /status` of Alertmanager's API v2. */
export interface StatusView {
  readonly cluster: { readonly peers: readonly never[]; readonly status: 'disabled' };
  readonly config: { readonly original: string };
  readonly uptime: string;
  readonly versionInfo: Readonly<Record<string, string>>;
}

/** What Alertmanager's clients ask about the service itself. */
@ApiTags('alertmanager')
@UseGuards(AlertmanagerGuard)
@Controller('api/v2')
export class StatusController {
  private readonly startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString();

  constructor(private readonly table: RoutingTable) {}

  @Get('status')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The routing in force as an alertmanager.yml, version and start' })
  status(): StatusView {
    return {
      cluster: { peers: [], status: 'disabled' },
      config: { original: writeConfiguration(this.table.current) },
      uptime: this.startedAt,
      versionInfo: {
        branch: 'retune',
        buildDate: '',
        buildUser: '',
        goVersion: `node ${process.version}`,
        revision: '',
        version: API_LEVEL,
      },
    };
  }

  @Get('receivers')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The receivers by name' })
  receivers(): readonly { readonly labels: Readonly<Record<string, string>>; readonly name: string }[] {
    return this.table.current.receivers.map(({ name }) => ({ labels: { name }, name }));
  }
}
