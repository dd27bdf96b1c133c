import { readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import type { TemplateFile } from '../templates/message-templates.js';
import type { ConfigIssue } from './config-issue.js';
import { type ConfigNotice, noticeAt } from './notice.js';
import { issueAt } from './read-yaml.js';
import type { ReadFile } from './read-rules-file.js';
import { readText, type TextFile } from './rules-directory.store.js';

/** The files that `templates` names, in the order in which they count. */
export interface ReadTemplates {
  readonly files: readonly TemplateFile[];
  readonly texts: readonly TextFile[];
  readonly issues: readonly ConfigIssue[];
  readonly notices: readonly ConfigNotice[];
}

/** Go's `filepath.Match` on one part of a path: `*`, `?`, `[a-z]` and `[^a]`; `\` takes the meaning from what follows. */
function patternOf(part: string): RegExp | undefined {
  const source = part.replace(
    /\\(.)|\[\^?(?:\\.|[^\]\\])+\]|[*?]|[^\\*?[]|\[/gs,
    (piece, escaped?: string) => {
      if (escaped !== undefined) return escaped.replace(/\W/, '\\$&');
      if (piece === '*') return '[^/]*';
      if (piece === '?') return '[^/]';
      if (piece.length > 1 && piece.startsWith('[')) return piece;
      return piece.replace(/[$()*+.?[\\\]^{|}]/, '\\$&');
    },
  );
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    return undefined;
  }
}

const MAGIC = /[*?[\\]/;

/** Paths that fit a pattern, sorted, as Go's `filepath.Glob` finds them; undefined for a pattern that is none. */
async function glob(pattern: string): Promise<readonly string[] | undefined> {
  const folder = dirname(pattern);
  const fits = patternOf(pattern.slice(pattern.lastIndexOf('/') + 1));
  const folders = MAGIC.test(folder) ? await glob(folder) : [folder];
  if (fits === undefined || folders === undefined) return undefined;
  const found: string[] = [];
  for (const each of folders) {
    const names = await entriesOf(each);
    found.push(...names.filter((name) => fits.test(name)).map((name) => join(each, name)));
  }
  return found;
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch {
    return [];
  }
}

/** Reads the files that fit the patterns under `templates`. Relative ones start in the folder of the file that names them. */
export async function readTemplateFiles(
  files: readonly ReadFile[],
  shownFrom: string,
): Promise<ReadTemplates> {
  const read = new Map<string, TextFile>();
  const issues: ConfigIssue[] = [];
  const notices: ConfigNotice[] = [];
  for (const { source, sections, folder } of files) {
    for (const [index, pattern] of (sections.templates ?? []).entries()) {
      if (source === undefined) continue;
      const place = ['templates', index];
      const paths = await glob(isAbsolute(pattern) ? pattern : join(folder, pattern));
      if (paths === undefined)
        issues.push(
          issueAt(
            source,
            place,
            `expected a pattern such as templates/*.tmpl, got ${JSON.stringify(pattern)}`,
          ),
        );
      if (paths?.length === 0)
        notices.push(noticeAt('no-template-file', source, place, `no file fits ${JSON.stringify(pattern)}`));
      for (const path of paths ?? []) {
        const inside = relative(shownFrom, path);
        const file = inside.startsWith('..') ? path : inside;
        const found = await readText(path);
        if ('text' in found) read.set(path, { file, name: file, text: found.text });
        else issues.push(issueAt(source, place, `cannot read ${file}: ${found.cause}`));
      }
    }
  }
  const texts = [...read.values()];
  return { files: texts, texts, issues, notices };
}
