import type { Verdict } from '../kind.js';
import type { Part } from './part.js';
import type { Aggregate } from './spec.js';

/** What many parts mean together. */
export interface Aggregated {
  readonly verdict: Extract<Verdict, 'breached' | 'clear' | 'insufficient_data' | 'no_data'>;
  /** Drifted parts, counted as the aggregate counts them, and where that becomes too much. */
  readonly drifted: number;
  readonly limit: number;
}

/**
 * Breached when the drifted parts are enough by themselves, clear when they would not be even if every unknown part
 * had drifted, unknown in between. `any` and `count` count parts, `share` their share, `weighted_share` that of weight.
 */
export function aggregateParts(parts: readonly Part[], aggregate: Aggregate): Aggregated {
  const weighted = aggregate !== 'any' && 'weighted_share' in aggregate;
  const relative = weighted || (aggregate !== 'any' && 'share' in aggregate);
  const total = parts.reduce((sum, part) => sum + (weighted ? part.weight : 1), 0);
  const amount = (states: readonly Part['state'][]): number => {
    const sum = parts.reduce(
      (all, part) => all + (states.includes(part.state) ? (weighted ? part.weight : 1) : 0),
      0,
    );
    return relative ? (total > 0 ? sum / total : 0) : sum;
  };
  const limit = limitOf(aggregate);
  const drifted = amount(['drifted']);
  const possible = amount(['drifted', 'insufficient_data', 'no_data']);
  // Shares are sums of fractions; a rounding error must not keep half from being half.
  const reached = (value: number): boolean => value > 0 && value >= limit - 1e-12;
  if (reached(drifted)) return { verdict: 'breached', drifted, limit };
  if (parts.length > 0 && !reached(possible)) return { verdict: 'clear', drifted, limit };
  const silent = parts.length === 0 || parts.some(({ state }) => state === 'no_data');
  return { verdict: silent ? 'no_data' : 'insufficient_data', drifted, limit };
}

function limitOf(aggregate: Aggregate): number {
  if (aggregate === 'any') return 1;
  if ('count' in aggregate) return aggregate.count;
  return 'share' in aggregate ? aggregate.share : aggregate.weighted_share;
}
