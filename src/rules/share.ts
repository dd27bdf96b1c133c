import { z } from 'zod';

/** The share that `5%` or `0.05` stands for, or undefined when the text is neither or lies outside 0…1. */
export function parseShare(input: string | number): number | undefined {
  const percent = typeof input === 'string' && /^\d+(?:\.\d+)?\s*%$/.test(input);
  const plain = typeof input === 'number' || /^\d*\.?\d+$/.test(input);
  if (!percent && !plain) return undefined;
  // Rounded so that 99.9% is the same double as 0.999.
  const share = percent ? Number((Number.parseFloat(input) / 100).toPrecision(15)) : Number(input);
  return share >= 0 && share <= 1 ? share : undefined;
}

/** `0.0125` as `1.25%`, to four significant digits. */
export function formatShare(share: number): string {
  return `${Number((share * 100).toPrecision(4))}%`;
}

/** A share of a whole as an operator writes it, `5%` or `0.05`; from 0 to 1 once parsed. */
export const Share = z.union([z.string(), z.number()]).transform((input, context) => {
  const share = parseShare(input);
  if (share !== undefined) return share;
  context.addIssue({
    code: 'custom',
    message: `expected a share such as 5% or 0.05, got ${JSON.stringify(input)}`,
  });
  return z.NEVER;
});

/** A share that is neither nothing nor everything. */
export const ProperShare = Share.refine((share) => share > 0 && share < 1, {
  error: (issue) => `expected a share between 0% and 100%, got ${formatShare(issue.input as number)}`,
});
