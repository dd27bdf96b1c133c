import { Injectable } from '@nestjs/common';
import type { Rule, RuleGroup } from '../rules/rule.js';
import type { TemplateSurroundings } from './sight.js';

/** The rule groups in force, replaced as a whole by a reload. */
@Injectable()
export class RuleBook {
  private byKey: ReadonlyMap<string, RuleGroup> = new Map();
  /** Shown to templates. */
  surroundings: TemplateSurroundings = { externalLabels: {}, externalUrl: '', prometheusAddress: '' };

  /** All groups, in the order they were read. */
  get groups(): readonly RuleGroup[] {
    return [...this.byKey.values()];
  }

  /** The group of that key, if it is in force. */
  group(key: string): RuleGroup | undefined {
    return this.byKey.get(key);
  }

  /** The rule of that key, with its group. */
  rule(key: string): { readonly group: RuleGroup; readonly rule: Rule } | undefined {
    for (const group of this.byKey.values()) {
      const rule = group.rules.find((candidate) => candidate.key === key);
      if (rule) return { group, rule };
    }
    return undefined;
  }

  /** Puts other groups in force. */
  replace(groups: readonly RuleGroup[], surroundings: RuleBook['surroundings']): void {
    this.byKey = new Map(groups.map((group) => [group.key, group]));
    this.surroundings = surroundings;
  }
}
