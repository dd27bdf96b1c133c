import { Injectable } from '@nestjs/common';
import type { CiTarget } from './ci.schema.js';
import type { Policy } from './policy.js';

/** The policies and CI targets in force, replaced as a whole by a reload. */
@Injectable()
export class PolicyBook {
  policies: readonly Policy[] = [];
  private byModel: ReadonlyMap<string, readonly Policy[]> = new Map();
  private targets: ReadonlyMap<string, CiTarget> = new Map();
  /** Address of this service, for callbacks and links. */
  externalUrl = '';

  /** Policies of one model; the first whose trigger holds decides. */
  forModel(model: string): readonly Policy[] {
    return this.byModel.get(model) ?? [];
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
    const byModel = new Map<string, Policy[]>();
    for (const policy of policies) byModel.set(policy.model, [...(byModel.get(policy.model) ?? []), policy]);
    this.byModel = byModel;
    this.targets = new Map(targets.map((target) => [target.name, target]));
    this.externalUrl = externalUrl;
  }
}
