import { Injectable } from '@nestjs/common';
import type { CiTarget } from './ci.schema.js';
import type { Policy } from './policy.js';

/** The policies and CI targets in force, replaced as a whole by a reload. */
@Injectable()
export class PolicyBook {
  policies: readonly Policy[] = [];
  private targets: ReadonlyMap<string, CiTarget> = new Map();
  /** Address of this service, for callbacks and links. */
  externalUrl = '';

  /** Policies of one model; the first whose trigger holds decides. */
  forModel(model: string): readonly Policy[] {
    return this.policies.filter((policy) => policy.model === model);
  }

  policy(name: string): Policy | undefined {
    return this.policies.find((policy) => policy.name === name);
  }

  target(name: string): CiTarget | undefined {
    return this.targets.get(name);
  }

  /** Puts other policies and targets in force. */
  replace(policies: readonly Policy[], targets: readonly CiTarget[], externalUrl: string): void {
    this.policies = policies;
    this.targets = new Map(targets.map((target) => [target.name, target]));
    this.externalUrl = externalUrl;
  }
}
