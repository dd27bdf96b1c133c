import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EXTENSION_POINTS, NOT_PURE } from './import-rules.cjs';
import { impureUses, undocumentedExports } from './source-facts.js';

const ROOT = process.cwd();
const SPEC = /\.spec\.tsx?$/;
const notPure = NOT_PURE.map((pattern) => new RegExp(pattern));

/** Paths of the files below a folder, from the project's root, with `/`. */
function filesBelow(folder: string): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(ROOT.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !/(^|\/)(node_modules|build|dist)\//.test(path));
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const sources = filesBelow('src').filter((path) => path.endsWith('.ts') && !SPEC.test(path));

/** Faults as `path: fault`, so that a red test names every place at once. */
function faults(paths: readonly string[], faultsOf: (text: string) => readonly string[]): readonly string[] {
  return paths.flatMap((path) => faultsOf(read(path)).map((fault) => `${path}: ${fault}`));
}

describe('every source file', () => {
  it('has at most 250 lines, specs excepted', () => {
    const code = ['src', 'test', 'scripts', 'examples', 'web'].flatMap(filesBelow);
    const counted = code.filter((path) => /\.(tsx?|[cm]?js|sql|py|css)$/.test(path) && !SPEC.test(path));
    const long = (text: string): readonly string[] => {
      const lines = text.trimEnd().split('\n').length;
      return lines > 250 ? [`${lines} lines`] : [];
    };
    expect(counted.length).toBeGreaterThan(50);
    expect(faults(counted, long)).toEqual([]);
  });

  it('is named in kebab-case', () => {
    expect(sources.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.ts$/.test(basename(path)))).toEqual(
      [],
    );
  });

  it('says what each of its exports is', () => {
    expect(faults(sources, undocumentedExports)).toEqual([]);
  });
});

describe('every pure file', () => {
  it('takes time as an argument and touches neither timers, environment nor console', () => {
    const pure = sources.filter((path) => !notPure.some((pattern) => pattern.test(path)));
    expect(pure.length).toBeGreaterThan(30);
    expect(faults(pure, impureUses)).toEqual([]);
  });
});

describe.each(Object.keys(EXTENSION_POINTS))('every folder of %s', (point) => {
  const folders = readdirSync(join(ROOT, point), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const names = folders.map((folder) => folder.name);

  it('explains itself in a README.md', () => {
    expect(names.filter((name) => !existsSync(join(ROOT, point, name, 'README.md')))).toEqual([]);
  });

  it('is listed in the registry', () => {
    const registry = read(`${point}/index.ts`);
    expect(names.filter((name) => !registry.includes(`'./${name}/`))).toEqual([]);
  });
});
