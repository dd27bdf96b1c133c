import { createHash } from 'node:crypto';
import { isAbsolute, join, relative } from 'node:path';
import { DriftReferenceFile, toDriftReference } from '../drift/drift-reference.schema.js';
import type { DriftReference } from '../drift/reference.js';
import type { ConfigIssue } from './config-issue.js';
import { referencesIn } from './named-things.js';
import { issueAt, readYaml } from './read-yaml.js';
import type { ReadFile } from './read-rules-file.js';
import { readText, type TextFile } from './rules-directory.store.js';

/** The drift references that models name. */
export interface ReadReferences {
  /** By the path that the model names. */
  readonly references: ReadonlyMap<string, DriftReference>;
  readonly texts: readonly TextFile[];
  readonly issues: readonly ConfigIssue[];
}

/**
 * Reads the file of every `models[].reference.file`. JSON is YAML, so errors in it have their places too.
 * In evidence they are named from the folder of the file; `shownFrom` is the folder people think in.
 */
export async function readReferences(files: readonly ReadFile[], shownFrom: string): Promise<ReadReferences> {
  const references = new Map<string, DriftReference>();
  const texts: TextFile[] = [];
  const issues: ConfigIssue[] = [];
  const mentions = files.flatMap(({ source, folder }) =>
    source === undefined ? [] : referencesIn(source).map((mention) => ({ ...mention, folder })),
  );
  for (const { name: written, source, path: place, model, folder } of mentions) {
    const path = isAbsolute(written) ? written : join(folder, written);
    const blame = (message: string): void => void issues.push(issueAt(source, place, message));

    const inside = relative(shownFrom, path);
    const file = inside.startsWith('..') ? path : inside;
    const read = await readText(path);
    if (!('text' in read)) {
      blame(`cannot read ${file}: ${read.cause}`);
      continue;
    }
    const checked = readYaml(file, read.text, DriftReferenceFile, folder);
    if (!checked.ok) {
      issues.push(...checked.issues);
      continue;
    }
    const owner = checked.value.model_name;
    if (typeof model === 'string' && owner !== model) {
      blame(
        `expected a reference of the model ${JSON.stringify(model)}, got one of ${JSON.stringify(owner)}`,
      );
      continue;
    }
    const checksum = createHash('sha256').update(read.text).digest('hex').slice(0, 12);
    references.set(path, toDriftReference(checked.value, `${relative(folder, path)} sha256:${checksum}`));
    texts.push({ file, name: file, text: read.text });
  }
  return { references, texts, issues };
}
