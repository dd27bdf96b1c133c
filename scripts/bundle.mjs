/**
 * Puts the compiled service and the packages it uses into a few files. Node reads three thousand small files in two seconds
 * and keeps 40 MB for them that it does not need; these few take a fifth of the time (docs/decisions.md).
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './child.mjs';

/** Loaded by Nest, Fastify and pg where somebody has installed them, and we have not. */
const ABSENT = [
  '@fastify/multipart',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
  'pg-native',
];
/** One serves files that lie beside its code; the other has to run before all else, and in a bundle nothing says what runs first. */
const LEFT_OUT = ['swagger-ui-dist', 'reflect-metadata'];
/** The decorators of Nest want metadata, and the CommonJS packages inside a `require`, which a module does not have. */
const FIRST = [
  "import 'reflect-metadata';",
  "import { createRequire as requireFrom } from 'node:module';",
  'const require = requireFrom(import.meta.url);',
].join('\n');

/** Bundles the entries, each `from/<name>.js`, into `to/<name>.js` and what they share into `to/chunks/`. */
export async function bundle(names, from, to) {
  const { metafile } = await build({
    entryPoints: names.map((name) => join(from, `${name}.js`)),
    outdir: to,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Names stay: stack traces show them, and some packages ask for the name of a class. The text stays in memory, so it is
    // short and ASCII, of which a character takes one byte; and where Node quotes a line of it, it is no screenful.
    keepNames: true,
    minifyWhitespace: true,
    lineLimit: 160,
    charset: 'ascii',
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    banner: { js: FIRST },
    external: [...ABSENT.flatMap((name) => [name, `${name}/*`]), ...LEFT_OUT],
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: ROOT,
  });
  writeFileSync(join(to, 'licenses.txt'), licenses(Object.keys(metafile.inputs)));
}

/** The licences of the packages that went into the bundle, which want to go with it. */
function licenses(files) {
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  const texts = [...new Set(folders)].filter(Boolean).map((folder) => {
    const path = join(ROOT, folder);
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : `\n\n${readFileSync(join(path, file), 'utf8').trim()}`;
    return `${name} ${version} (${license})${text}\n`;
  });
  return texts.toSorted().join(`\n${'-'.repeat(80)}\n`);
}
