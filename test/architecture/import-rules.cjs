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
  statistics: [],
  templates: [],
  promql: ['types of prometheus'],
  rules: ['alerts', 'drift', 'statistics', 'templates', 'promql', 'types of prometheus'],
  routing: ['alerts', 'templates'],
  journal: ['alerts'],
  evaluation: ['rules', 'promql', 'prometheus', 'alerts', 'journal', 'drift', 'types of templates'],
  intake: ['alerts', 'routing', 'journal', 'access'],
  alertmanager: ['alerts', 'routing', 'journal', 'access', 'intake', 'notifications'],
  notifications: ['routing', 'alerts', 'templates', 'journal'],
  heartbeats: ['alerts', 'routing', 'journal'],
  retraining: ['alerts', 'routing', 'prometheus', 'journal', 'access', 'statistics'],
  backtest: ['rules', 'promql', 'evaluation', 'prometheus', 'alerts', 'retraining'],
  'rule-tests': [
    'backtest',
    'rules',
    'promql',
    'evaluation',
    'prometheus',
    'alerts',
    'retraining',
    'settings',
  ],
};

/** Folders that look across features, and the files of every other folder that they may not import. */
const ACROSS = {
  settings: {
    not: '\\.(controller|filter|guard|store|client|worker|dispatcher|scheduler)\\.ts$',
    because:
      'settings turn what operators write into rules, routes and policies; they need no effect of a feature for it',
  },
  console: {
    not: '\\.(worker|client|dispatcher|scheduler|controller|filter)\\.ts$',
    because: 'the console shows stores and read models; it never makes anything happen by itself',
  },
};

/** Pure building blocks and shapes without code. */
const OPEN_TO_ALL = ['^src/schema/', '^src/platform/ports\\.ts$'];

/**
 * Extension points: each subfolder knows its contract (the files beside it), its own folder, what it `may`, and these
 * packages. `buildsOn` names a folder that is a variation of another.
 */
const EXTENSION_POINTS = {
  'src/rules/kinds': {
    may: [
      '^src/rules/[^/]+\\.ts$',
      '^src/alerts/',
      '^src/drift/',
      '^src/statistics/',
      '^src/templates/',
      '^src/promql/',
      'types of ^src/prometheus/',
    ],
    packages: ['zod'],
    buildsOn: { 'prediction-drift': 'drift' },
  },
  'src/notifications/channels': {
    may: ['types of ^src/alerts/', '^src/templates/', '^src/notifications/message\\.ts$'],
    packages: ['zod', '@slack/webhook'], // Slack's client takes the `fetch` it is given: ours
  },
  'src/retraining/ci': {
    may: ['types of ^src/alerts/', '^src/templates/', 'types of ^src/retraining/run\\.ts$'],
    packages: ['zod'],
  },
};

/** A file whose name ends so may touch Nest, the network, the database or the clock; every other file is pure. */
const EFFECT = '\\.(module|controller|filter|guard|store|client|worker|dispatcher|scheduler)\\.ts$';
// The two in platform/ are the clock and the log themselves.
const EFFECT_BY_NATURE = '^src/platform/(clock|log)\\.ts$';
// Files directly in src/ put the service together, and those of commands/ what the command line runs.
const ENTRY = '^src/(commands/)?[^/]+\\.ts$';
const TEST = '(\\.spec|\\.contract|/fake-[^/]+)\\.ts$';

// The instrumentation library lives inside other people's processes and counts with their prom-client.
const NOT_PURE = [EFFECT, EFFECT_BY_NATURE, TEST, ENTRY, '^src/instrumentation/'];

const IMPURE_PACKAGES =
  '(^|node_modules/)(@nestjs|@fastify|fastify|pg|kysely|bullmq|ioredis|axios|nodemailer|node-cron|prom-client|request-filtering-agent)(/|$)';
const IMPURE_BUILTINS =
  '^(node:)?(fs|net|tls|http|https|http2|dgram|dns|timers|child_process|worker_threads|cluster|readline|repl|inspector|async_hooks)(/|$)';

/** Dependency types of an import that leaves nothing behind in the compiled file. */
const TYPE_ONLY = ['type-only', 'type-import'];

const typesOf = (entry) => /^types of (.+)$/.exec(entry)?.[1];

function folderRules() {
  return Object.entries(FOLDERS).flatMap(([folder, allowed]) => {
    const any = [folder, ...allowed.map((entry) => typesOf(entry) ?? entry)];
    const open = folder === 'instrumentation' ? [] : [...OPEN_TO_ALL, '^src/platform/'];
    return [
      {
        name: `${folder}-imports`,
        comment: `${folder}/ may import ${allowed.join(', ') || 'nothing of ours'}`,
        from: { path: `^src/${folder}/`, pathNot: TEST },
        to: { path: '^src/', pathNot: [`^src/(${any.join('|')})/`, ...open] },
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
  return Object.entries(ACROSS).map(([folder, { not, because }]) => ({
    name: `${folder}-imports`,
    comment: because,
    from: { path: `^src/${folder}/`, pathNot: TEST },
    to: { path: `^src/.*${not}`, pathNot: `^src/(${folder}|platform)/`, dependencyTypesNot: TYPE_ONLY },
  }));
}

function extensionRules() {
  return Object.entries(EXTENSION_POINTS).flatMap(([root, { may, packages, buildsOn = {} }]) => {
    const name = `${root.split('/').at(-1)}-imports`;
    const from = { path: `^(${root}/[^/]+)/`, pathNot: TEST };
    const known = [
      `^${root}/(?!index)[^/]+\\.ts$`,
      ...may.map((entry) => typesOf(entry) ?? entry),
      ...OPEN_TO_ALL,
    ];
    const imports = {
      name,
      comment: `a folder of ${root}/ knows its contract, itself and pure building blocks, so that adding one touches one folder`,
      from: { ...from, pathNot: [TEST, ...Object.keys(buildsOn).map((folder) => `^${root}/${folder}/`)] },
      to: { path: '^src/', pathNot: ['^$1/', ...known] },
    };
    return [
      imports,
      ...Object.entries(buildsOn).map(([folder, base]) => ({
        ...imports,
        from: { path: `^${root}/${folder}/`, pathNot: TEST },
        to: { path: '^src/', pathNot: [`^${root}/(${folder}|${base})/`, ...known] },
      })),
      {
        name: `${name}-packages`,
        comment: `a folder of ${root}/ reaches the world through its io argument; of packages it may use ${packages.join(', ')}`,
        from,
        to: {
          path: 'node_modules/',
          pathNot: `node_modules/(${packages.join('|')})/`,
          dependencyTypesNot: TYPE_ONLY,
        },
      },
      ...may
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

/** What a pure file may import only as types: rule name, why, and the forbidden targets. */
const PURE_FILES = [
  {
    name: 'types-of-platform',
    because: 'platform/ is plumbing',
    to: { path: '^src/platform/', pathNot: ['^src/platform/ports\\.ts$'] },
  },
  { name: 'no-effects', because: 'effect files touch the world', to: { path: [EFFECT, EFFECT_BY_NATURE] } },
  {
    name: 'no-impure-package',
    because: 'it touches the network, a database or the framework',
    to: { path: IMPURE_PACKAGES },
  },
  {
    name: 'no-impure-builtin',
    because: 'it touches files, the network or timers',
    to: { path: IMPURE_BUILTINS },
  },
];

function purityRules() {
  return PURE_FILES.map(({ name, because, to }) => ({
    name: `pure-files-import-${name}`,
    comment: `a file without an effect suffix may import this only with \`import type\`: ${because}`,
    from: { path: name === 'types-of-platform' ? '^src/(?!platform/)' : '^src/', pathNot: NOT_PURE },
    to: { ...to, dependencyTypesNot: TYPE_ONLY },
  }));
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
