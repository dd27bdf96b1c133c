import { z } from 'zod';
import { Secret, SecretFile } from '../../schema/secret.js';
import { messageTemplateError } from '../../templates/message-templates.js';

/**
 * The one secret behind a field and its `_file` twin (`api_url` / `api_url_file`); undefined when neither is written.
 * Both written is an error, because nobody could tell which of them is sent.
 */
export function oneSecret(
  text: Secret | undefined,
  file: Secret | undefined,
  field: string,
  context: z.RefinementCtx,
): Secret | undefined {
  if (text && file) {
    context.addIssue({
      code: 'custom',
      path: [`${field}_file`],
      message: `${field} and ${field}_file are both written; keep one of them`,
    });
  }
  return text ?? file;
}

/** True for an address that a channel may post to: absolute, http or https, with a host. */
export function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text)) return false;
  return URL.canParse(text) && new URL(text).hostname !== '';
}

/** True for a text that Alertmanager would expand. */
export function isTemplate(text: string): boolean {
  return text.includes('{{');
}

/** A text that stands for itself; undefined when it is a template, or not written: then ours stands in. */
export function literal(text: string | undefined): string | undefined {
  return text === undefined || isTemplate(text) ? undefined : text;
}

/** An address that is itself a secret, such as a Slack webhook's. The message never repeats it. */
export const SecretUrl = z.string().transform((text, context) => {
  if (isTemplate(text)) {
    const message = 'templates are not supported in addresses; write one receiver per address';
    context.addIssue({ code: 'custom', input: '<secret>', message });
    return z.NEVER;
  }
  if (isHttpUrl(text)) return Secret.literal(text);
  context.addIssue({
    code: 'custom',
    input: '<secret>',
    message: 'expected an address such as https://host/path',
  });
  return z.NEVER;
});

/** The same, and it may be a template. What is wrong with one is told by its place alone: the text is a secret. */
export const TemplatedUrl = z.string().transform((text, context) => {
  const error = messageTemplateError(text);
  if (!error && (isTemplate(text) || isHttpUrl(text))) return Secret.literal(text);
  const message = error
    ? `the template in the address does not parse, at its line ${error.line}, column ${error.column}`
    : 'expected an address such as https://host/path';
  context.addIssue({ code: 'custom', input: '<secret>', message });
  return z.NEVER;
});

/** A twin field's file side. */
export const OptionalSecretFile = SecretFile.optional();

/** An address that may be shown. */
export const HttpUrl = z.string().refine(isHttpUrl, {
  error: (issue) => `expected an address such as https://host/path, got ${JSON.stringify(issue.input)}`,
});

/** A field of Alertmanager that is not supported and must not be ignored silently: writing it is an error that says why. */
export function refused(message: string): z.ZodOptional<z.ZodNever> {
  return z.never({ error: message }).optional();
}

/** A field of Alertmanager that is read and has no effect; the channel's README says why that is harmless. */
export const Ignored = z.unknown().optional();
