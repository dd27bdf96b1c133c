import { Injectable } from '@nestjs/common';
import { GroupAsker } from './group-asker.client.js';
import { SlotPlacer } from './slot-placer.client.js';

/** What is asked of Prometheus at a slot: what the rules want to know, and now and then where the slots had better lie. */
@Injectable()
export class GroupQuestions {
  constructor(
    readonly asker: GroupAsker,
    readonly placer: SlotPlacer,
  ) {}
}
