import type { Policy } from './policy.js';

/** What a policy has that asks for nothing but its mode, trigger, cooldown and number of runs; for specs to change. */
export const NO_FURTHER_LIMITS = {
  attempts: 1000,
  newLabels: 0,
  onConflict: 'hold',
  blackout: [],
  approval: { by: [], count: 1, notRequester: true },
  outcomes: {
    verified: { repin: true },
    notImproved: { severity: 'critical', labels: {} },
    regressed: { severity: 'critical', labels: {} },
    unverifiable: { severity: 'critical', labels: {} },
    failed: { severity: 'critical', labels: {} },
  },
  revision: 'a1b2c3d4e5f6',
} as const satisfies Partial<Policy>;
