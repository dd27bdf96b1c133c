import { Injectable } from '@nestjs/common';
import type { Silences } from './silences.schema.js';

/** What the settings say of silences, replaced as a whole by a reload. */
@Injectable()
export class SilenceBook {
  current: Silences = {};
}
