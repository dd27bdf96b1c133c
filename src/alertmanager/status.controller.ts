import { Controller, Get, Header, Injectable, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AlertmanagerGuard } from '../access/alertmanager.guard.js';
import { RoutingTable } from '../notifications/routing-table.store.js';
import { API_LEVEL } from './api-level.js';
import type { ClusterMember } from './cluster.client.js';
import { writeConfiguration } from './write-configuration.js';

/** `GET /status` of Alertmanager's API v2. */
export interface StatusView {
  readonly cluster: {
    readonly name?: string;
    readonly peers: readonly ClusterMember[];
    readonly status: 'disabled' | 'ready';
  };
  readonly config: { readonly original: string };
  readonly uptime: string;
  readonly versionInfo: Readonly<Record<string, string>>;
}

/** Where this process stands in a cluster, if it does. */
@Injectable()
export class ClusterPlace {
  constructor(readonly member: ClusterMember | undefined) {}
}

/** What Alertmanager's clients ask about the service itself. */
@ApiTags('alertmanager')
@UseGuards(AlertmanagerGuard)
@Controller('api/v2')
export class StatusController {
  private readonly startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString();

  constructor(
    private readonly table: RoutingTable,
    private readonly place: ClusterPlace,
  ) {}

  @Get('status')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The routing in force as an alertmanager.yml, version and start' })
  status(): StatusView {
    return {
      cluster: this.cluster(),
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

  private cluster(): StatusView['cluster'] {
    const { member } = this.place;
    // Others that share the database are not known; none of Alertmanager's clients needs them.
    if (!member) return { peers: [], status: 'disabled' };
    return { name: member.name, peers: [member], status: 'ready' };
  }

  @Get('receivers')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The receivers by name' })
  receivers(): readonly { readonly labels: Readonly<Record<string, string>>; readonly name: string }[] {
    return this.table.current.receivers.map(({ name }) => ({ labels: { name }, name }));
  }
}
