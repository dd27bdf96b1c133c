import { z } from 'zod';

const PATTERN = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** The name of a label as Prometheus' rule files allow it. */
export const LabelName = z.string().superRefine((name, context) => {
  if (name === '__name__') {
    const message = '__name__ is the name of the metric and cannot be set; use another label name';
    context.addIssue({ code: 'custom', message });
  } else if (!PATTERN.test(name)) {
    const message = `expected a label name of letters, digits and _ that starts with no digit, got ${JSON.stringify(name)}`;
    context.addIssue({ code: 'custom', message });
  }
});
