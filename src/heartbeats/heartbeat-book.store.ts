import { Injectable } from '@nestjs/common';
import type { Heartbeats } from './heartbeats.schema.js';

/** The heartbeats in force, replaced as a whole by a reload. */
@Injectable()
export class HeartbeatBook {
  current: Heartbeats = { send: [], expect: [] };
}
