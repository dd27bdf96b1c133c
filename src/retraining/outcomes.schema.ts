import { z } from 'zod';

const TAKEN = ['alertname', 'model_name', 'policy', 'severity', 'run_id'];

const Labels = z
  .record(z.string(), z.string())
  .superRefine((labels, context) => {
    for (const name of Object.keys(labels)) {
      const message = TAKEN.includes(name)
        ? `${name} is set by Retune: expected another label`
        : /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)
          ? undefined
          : `expected the name of a label such as team, got ${JSON.stringify(name)}`;
      if (message) context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .default({});

/** How people are told of an end that is no success. */
const told = {
  severity: z
    .string()
    .min(1)
    .default('critical')
    .describe('label severity of the alert RetrainingDidNotHelp'),
  labels: Labels.describe('further labels of that alert, for routes'),
};

/** What follows a run that was verified. The incident closes and the circuit too, in any case. */
export const OnVerified = z.strictObject({
  repin_reference: z
    .boolean()
    .default(true)
    .describe('compare the new version with itself from then on, once it has settled'),
});

/** What follows a run that did not help. */
export const OnUseless = z.strictObject(told);

/** What follows a run that made the model worse. */
export const OnRegressed = z.strictObject({
  ...told,
  rollback: z
    .string()
    .min(1)
    .optional()
    .describe('name of a target in ci that goes back to the version before; a person has to approve'),
});
