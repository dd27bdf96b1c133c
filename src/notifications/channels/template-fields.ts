import { z } from 'zod';
import { messageTemplateError } from '../../templates/message-templates.js';

/** The form in which places inside a text are told: `1:5 message`. */
function faultOf(text: string): string | undefined {
  const error = messageTemplateError(text);
  return error && `${error.line}:${error.column} ${error.message}`;
}

/** A text that may hold a template in Alertmanager's language; it parses, or its error has its place. */
export const TemplateText = z.string().superRefine((text, context) => {
  const message = faultOf(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** Any tree whose texts, keys included, may hold templates. */
export const TemplateTree = z.unknown().superRefine((tree, context) => {
  const visit = (node: unknown, path: readonly (string | number)[]): void => {
    if (typeof node === 'string') {
      const message = faultOf(node);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [...path], message });
    } else if (Array.isArray(node)) node.forEach((item, index) => visit(item, [...path, index]));
    else if (typeof node === 'object' && node !== null) {
      for (const [key, value] of Object.entries(node)) {
        const message = faultOf(key);
        if (message !== undefined) {
          context.addIssue({ code: 'custom', path: [...path, key], message: `the key: ${message}` });
        }
        visit(value, [...path, key]);
      }
    }
  };
  visit(tree, []);
});
