/** Writes the JSON schema of a rules file to rules/retune.schema.json, where editors look for it; builds before when needed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ROOT } from './child.mjs';

await build();
const { rulesFileJsonSchema } = await import('../build/settings/rules-file-json-schema.js');
writeFileSync(
  join(ROOT, 'rules', 'retune.schema.json'),
  `${JSON.stringify(rulesFileJsonSchema(), null, 2)}\n`,
);
