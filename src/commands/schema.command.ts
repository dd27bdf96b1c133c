import { rulesFileJsonSchema } from '../settings/rules-file-json-schema.js';
import type { Command } from './command.js';

/** `retune schema`: the JSON schema of a rules file. */
export const schema: Command = {
  usage: 'schema',
  summary: 'print the JSON schema of a rules file, for editors',
  operands: 0,
  run(_, { print }) {
    print(JSON.stringify(rulesFileJsonSchema(), null, 2));
    return Promise.resolve(0);
  },
};
