import { z } from 'zod';
import { RulesFile } from './rules-file.schema.js';

/** JSON schema (draft 2020-12) of a file in the rules directory, for editors: what may be written, before anything is transformed. */
export function rulesFileJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(RulesFile, {
    io: 'input',
    unrepresentable: 'any',
    reused: 'ref',
  });
  return { $schema, title: 'Retune rules file', ...rest };
}
