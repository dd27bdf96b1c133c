import { z } from 'zod';
import { compileAlertTemplate } from '../templates/compile-alert-template.js';
import { LabelName } from './label-name.js';

/** Label values: templates that do not depend on the value, which would make a new alert at every change. */
export const RuleLabels = z
  .record(LabelName, z.string())
  .superRefine((labels, context) => checkTemplates(labels, context, 'label'))
  .default({});

/** Annotation values: templates. */
export const RuleAnnotations = z
  .record(LabelName, z.string())
  .superRefine((annotations, context) => checkTemplates(annotations, context, 'annotation'))
  .default({});

function checkTemplates(
  texts: Readonly<Record<string, string>>,
  context: z.core.$RefinementCtx,
  place: 'label' | 'annotation',
): void {
  for (const [name, text] of Object.entries(texts)) {
    const compiled = compileAlertTemplate(text, name);
    const message = compiled.ok
      ? place === 'label' && compiled.usesValue
        ? `$value in the label ${name} makes a new alert at every change: put it into an annotation`
        : undefined
      : `${compiled.error.line}:${compiled.error.column} ${compiled.error.message}`;
    if (message) context.addIssue({ code: 'custom', path: [name], message, input: text });
  }
}
