/**
 * Who may import whom, as data, and the dependency-cruiser rules made from it (see docs/design.md).
 * A folder of src/ that is missing in FOLDERS may import nothing of ours.
 */

/** Folder → folders it may import. `types of x`: only with `import type`. Everyone may also import OPEN_TO_ALL. */
const FOLDERS = {
  schema: [],
  platform: [],
  access: [],
  instrumentation: [],
  alerts: [],
  prometheus: [],
  drift: [],
  templates: [],
  rules: ['alerts', 'drift', 'templates', 'types of prometheus'],
  routing: ['alerts', 'templates'],
  journal: ['types of alerts'],
  evaluation: ['rules', 'prometheus', 'alerts', 'journal', 'types of templates'],
  intake: ['alerts', 'routing', 'journal', 'access'],
  notifications: ['routing', 'alerts', 'templates', 'journal'],
  retraining: ['alerts', 'routing', 'prometheus', 'journal', 'access'],
};

/** Folders that look across features, and the files of every other folder that they may import. */
const ACROSS = {
  settings: {
    only: '(\\.schema|/(kinds|channels|ci)/index)\\.ts$',
    because: 'settings reads what operators write: *.schema.ts and the three registries',
  },
  console: {
    not: '\\.(worker|client|dispatcher|scheduler|controller|filter)\\.ts$',
    because: 'the console shows stores and read models; it never makes anything happen by itself',
  },
};

/** Pure building blocks and shapes without code. */
const OPEN_TO_ALL = ['^src/schema/', '^src/platform/ports\\.ts$'];

/** Extension points: each subfolder knows its contract (the files beside it), its own folder, and these. */
const EXTENSION_POINTS = {
  'src/rules/kinds': [
    '^src/rules/[^/]+\\.ts$',
    '^src/alerts/',
    '^src/drift/',
    '^src/templates/',
    'types of ^src/prometheus/',
  ],
  'src/notifications/channels': [
    'types of ^src/alerts/',
    '^src/templates/',
    '^src/notifications/message\\.ts$',
  ],
  'src/retraining/ci': ['types of ^src/alerts/', '^src/templates/', 'types of ^src/retraining/run\\.ts$'],
};
const EXTENSION_PACKAGES = ['zod'];

/** A file whose name ends so may touch Nest, the network, the database or the clock; every other file is pure. */
const EFFECT = '\\.(module|controller|filter|guard|store|client|worker|dispatcher|scheduler)\\.ts$';
// The two in platform/ are the clock and the log themselves.
const EFFECT_BY_NATURE = '^src/platform/(clock|log)\\.ts$';
const ENTRY = '^src/(main|cli|app\\.module)\\.ts$';
const TEST = '(\\.spec|\\.contract|/fake-[^/]+)\\.ts$';

// The instrumentation library lives inside other people's processes and counts with their prom-client.
const NOT_PURE = [EFFECT, EFFECT_BY_NATURE, TEST, ENTRY, '^src/instrumentation/'];

const IMPURE_PACKAGES =
  '(^|node_modules/)(@nestjs|@slack|@fastify|fastify|pg|kysely|bullmq|ioredis|axios|nodemailer|node-cron|prom-client|request-filtering-agent)(/|$)';
const IMPURE_BUILTINS =
  '^(node:)?(fs|net|tls|http|https|http2|dgram|dns|timers|child_process|worker_threads|cluster|readline|repl|inspector|async_hooks)(/|$)';

/** Dependency types of an import that leaves nothing behind in the compiled file. */
const TYPE_ONLY = ['type-only', 'type-import'];

const typesOf = (entry) => /^types of (.+)$/.exec(entry)?.[1];

function folderRules() {
  return Object.entries(FOLDERS).flatMap(([folder, allowed]) => {
    const any = [folder, ...allowed.map((entry) => typesOf(entry) ?? entry)];
    const open = folder === 'instrumentation' ? [] : OPEN_TO_ALL;
    const to = { path: '^src/', pathNot: [`^src/(${any.join('|')})/`, ...open] };
    const toEffect = {
      ...to,
      pathNot: [...to.pathNot, ...(folder === 'instrumentation' ? [] : ['^src/platform/'])],
    };
    const comment = `${folder}/ may import ${allowed.join(', ') || 'nothing of ours'}; effect files also platform/`;
    return [
      { name: `${folder}-imports`, comment, from: { path: `^src/${folder}/`, pathNot: [EFFECT, TEST] }, to },
      {
        name: `${folder}-imports`,
        comment,
        from: { path: `^src/${folder}/.*${EFFECT}`, pathNot: TEST },
        to: toEffect,
      },
      ...allowed
        .flatMap((entry) => typesOf(entry) ?? [])
        .map((target) => ({
          name: `${folder}-imports-types-of-${target}`,
          comment: `${folder}/ may import ${target}/ only with \`import type\``,
          from: { path: `^src/${folder}/`, pathNot: TEST },
          to: { path: `^src/${target}/`, dependencyTypesNot: TYPE_ONLY },
        })),
    ];
  });
}

function acrossRules() {
  return Object.entries(ACROSS).map(([folder, { only, not, because }]) => ({
    name: `${folder}-imports`,
    comment: because,
    from: { path: `^src/${folder}/`, pathNot: TEST },
    to: only
      ? {
          path: '^src/',
          pathNot: [only, `^src/(${folder}|platform)/`, ...OPEN_TO_ALL],
          dependencyTypesNot: TYPE_ONLY,
        }
      : { path: `^src/.*${not}`, pathNot: `^src/(${folder}|platform)/` },
  }));
}

function extensionRules() {
  return Object.entries(EXTENSION_POINTS).flatMap(([root, allowed]) => {
    const from = { path: `^(${root}/[^/]+)/`, pathNot: TEST };
    const any = allowed.map((entry) => typesOf(entry) ?? entry);
    const name = `${root.split('/').at(-1)}-imports`;
    return [
      {
        name,
        comment: `a folder of ${root}/ knows its contract, itself and the pure building blocks, so that adding one touches one folder`,
        from,
        to: { path: '^src/', pathNot: ['^$1/', `^${root}/(?!index)[^/]+\\.ts$`, ...any, ...OPEN_TO_ALL] },
      },
      {
        name: `${name}-packages`,
        comment: `a folder of ${root}/ reaches the world through its io argument; of packages it may use ${EXTENSION_PACKAGES.join(', ')}`,
        from,
        to: {
          path: 'node_modules/',
          pathNot: `node_modules/(${EXTENSION_PACKAGES.join('|')})/`,
          dependencyTypesNot: TYPE_ONLY,
        },
      },
      ...allowed
        .flatMap((entry) => typesOf(entry) ?? [])
        .map((target) => ({
          name: `${name}-types`,
          comment: `a folder of ${root}/ may import ${target} only with \`import type\``,
          from,
          to: { path: target, dependencyTypesNot: TYPE_ONLY },
        })),
    ];
  });
}

function purityRules() {
  const pure = { path: '^src/', pathNot: NOT_PURE };
  const rule = (name, comment, to) => ({
    name,
    comment,
    from: pure,
    to: { ...to, dependencyTypesNot: TYPE_ONLY },
  });
  return [
    rule(
      'pure-files-import-no-effects',
      'a file without an effect suffix may import effect files only as types',
      { path: [EFFECT, EFFECT_BY_NATURE] },
    ),
    rule(
      'pure-files-import-no-impure-package',
      'a file without an effect suffix touches no network, database or framework',
      {
        path: IMPURE_PACKAGES,
      },
    ),
    rule(
      'pure-files-import-no-impure-builtin',
      'a file without an effect suffix touches no file system, network or timer',
      {
        path: IMPURE_BUILTINS,
      },
    ),
  ];
}

const GENERAL = [
  {
    name: 'no-cycles',
    comment: 'a cycle between injectables compiles and then dies at load',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-tests-in-code',
    comment: 'only tests import tests',
    from: { path: '^(src|examples)/', pathNot: TEST },
    to: { path: [TEST, '^test/'] },
  },
  {
    name: 'no-development-packages-in-code',
    comment: 'the service is installed without devDependencies',
    from: { path: '^src/', pathNot: TEST },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: TYPE_ONLY },
  },
  {
    name: 'no-unresolvable-imports',
    comment: 'the package is missing in package.json, or the path is wrong',
    from: { path: '^(src|examples)/' },
    to: { couldNotResolve: true },
  },
  {
    name: 'examples-import-the-published-library',
    comment:
      'an example shows what a user can do: it knows the instrumentation library and nothing else of ours',
    from: { path: '^examples/' },
    to: { path: '^src/', pathNot: '^src/instrumentation/' },
  },
];

/** Every rule, in dependency-cruiser's own form. */
function dependencyCruiserRules() {
  const rules = [...GENERAL, ...purityRules(), ...folderRules(), ...acrossRules(), ...extensionRules()];
  return rules.map((rule) => ({ severity: 'error', ...rule }));
}

module.exports = { EXTENSION_POINTS, NOT_PURE, dependencyCruiserRules };
