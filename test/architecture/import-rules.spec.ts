import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = process.cwd();

/** What the files of the table import. */
const TARGETS = [
  'src/platform/ports.ts',
  'src/platform/database.client.ts',
  'src/schema/duration.ts',
  'src/alerts/labels.ts',
  'src/alerts/alert.store.ts',
  'src/journal/entry.ts',
  'src/prometheus/sample.ts',
  'src/rules/compile-rules.ts',
  'src/rules/rule-group.schema.ts',
  'src/routing/route.ts',
  'src/notifications/delivery.worker.ts',
  'src/notifications/message.ts',
  'src/notifications/channels/channel.ts',
  'src/notifications/channels/email/email.ts',
  'src/instrumentation/index.ts',
  'src/alerts/labels.spec.ts',
];

/** sentence, file, what it says, the rule that it breaks */
const FORBIDDEN: readonly (readonly [string, string, string, string])[] = [
  ['alerts import nothing of ours', 'src/alerts/a1.ts', "import '../journal/entry.js'", 'alerts-imports'],
  ['not even types', 'src/alerts/a2.ts', "import type { x } from '../journal/entry.js'", 'alerts-imports'],
  [
    'rules know only types of prometheus',
    'src/rules/r1.ts',
    "import '../prometheus/sample.js'",
    'rules-imports-types-of-prometheus',
  ],
  [
    'evaluation does not know notifications',
    'src/evaluation/e1.ts',
    "import '../notifications/message.js'",
    'evaluation-imports',
  ],
  [
    'retraining does not know notifications',
    'src/retraining/t1.ts',
    "import '../notifications/message.js'",
    'retraining-imports',
  ],
  [
    'platform knows no domain',
    'src/platform/p1.client.ts',
    "import '../alerts/labels.js'",
    'platform-imports',
  ],
  ['schema knows nothing', 'src/schema/s1.ts', "import '../alerts/labels.js'", 'schema-imports'],
  [
    'a pure file does not touch platform',
    'src/alerts/a3.ts',
    "import { x } from '../platform/http-address.js'",
    'pure-files-import-types-of-platform',
  ],
  [
    'a pure file runs no effect file',
    'src/alerts/a4.ts',
    "import { x } from './alert.store.js'",
    'pure-files-import-no-effects',
  ],
  [
    'a pure file runs no Nest',
    'src/alerts/a5.ts',
    "import { Injectable } from '@nestjs/common'",
    'pure-files-import-no-impure-package',
  ],
  [
    'a pure file runs no database driver',
    'src/alerts/a6.ts',
    "import { Pool } from 'pg'",
    'pure-files-import-no-impure-package',
  ],
  [
    'a pure file reads no file',
    'src/alerts/a7.ts',
    "import { readFile } from 'node:fs/promises'",
    'pure-files-import-no-impure-builtin',
  ],
  [
    'a pure file opens no connection',
    'src/alerts/a8.ts',
    "import http from 'http'",
    'pure-files-import-no-impure-builtin',
  ],
  [
    'a pure file waits for nothing',
    'src/alerts/a9.ts',
    "import { setTimeout } from 'node:timers/promises'",
    'pure-files-import-no-impure-builtin',
  ],
  [
    'settings need no effect of a feature',
    'src/settings/s1.store.ts',
    "import '../alerts/alert.store.js'",
    'settings-imports',
  ],
  [
    'the console runs no worker',
    'src/console/c1.controller.ts',
    "import '../notifications/delivery.worker.js'",
    'console-imports',
  ],
  [
    'a channel does not know another',
    'src/notifications/channels/slack/s1.ts',
    "import '../email/email.js'",
    'channels-imports',
  ],
  [
    'a channel does not know routing',
    'src/notifications/channels/slack/s2.ts',
    "import '../../../routing/route.js'",
    'channels-imports',
  ],
  [
    'a channel takes only types of alerts',
    'src/notifications/channels/slack/s3.ts',
    "import '../../../alerts/labels.js'",
    'channels-imports-types',
  ],
  [
    'a channel brings no client of its own',
    'src/notifications/channels/slack/s4.ts',
    "import { parse } from 'yaml'",
    'channels-imports-packages',
  ],
  [
    'a CI provider does not know another',
    'src/retraining/ci/github/g1.ts',
    "import '../gitlab/g2.js'",
    'ci-imports',
  ],
  [
    'a kind does not know another',
    'src/rules/kinds/accuracy/k1.ts',
    "import '../drift/d0.js'",
    'kinds-imports',
  ],
  [
    'a rule kind does not know routing',
    'src/rules/kinds/drift/d1.ts',
    "import '../../../routing/route.js'",
    'kinds-imports',
  ],
  [
    'the library knows nothing of the service',
    'src/instrumentation/i1.ts',
    "import '../schema/duration.js'",
    'instrumentation-imports',
  ],
  [
    'an example knows only the library',
    'examples/iris/x1.ts',
    "import '../../src/alerts/labels.js'",
    'examples-import-the-published-library',
  ],
  ['code imports no test', 'src/alerts/a10.ts', "import './labels.spec.js'", 'no-tests-in-code'],
  ['a missing package is found', 'src/alerts/a11.ts', "import 'no-such-package'", 'no-unresolvable-imports'],
  ['a cycle is found', 'src/drift/d1.ts', "import './d2.js'", 'no-cycles'],
];

/** sentence, file, what it says */
const ALLOWED: readonly (readonly [string, string, string])[] = [
  ['everyone may use schema', 'src/alerts/b1.ts', "import '../schema/duration.js'"],
  ['everyone may name the ports', 'src/alerts/b2.ts', "import type { x } from '../platform/ports.js'"],
  ['an effect file may use platform', 'src/alerts/b3.store.ts', "import '../platform/database.client.js'"],
  ['an effect file may use Nest', 'src/alerts/b4.store.ts', "import { Injectable } from '@nestjs/common'"],
  ['a pure file may name an effect file', 'src/alerts/b5.ts', "import type { x } from './alert.store.js'"],
  ['a pure file may name a package', 'src/alerts/b6.ts', "import type { Pool } from 'pg'"],
  ['a pure file may hash', 'src/alerts/b7.ts', "import { createHash } from 'node:crypto'"],
  ['rules may name samples', 'src/rules/b8.ts', "import type { x } from '../prometheus/sample.js'"],
  ['settings may read schemas', 'src/settings/b9.ts', "import '../rules/rule-group.schema.js'"],
  ['settings may compile rules', 'src/settings/b9a.ts', "import '../rules/compile-rules.js'"],
  [
    'a pure file may name the types of platform',
    'src/alerts/b9b.ts',
    "import type { x } from '../platform/database.client.js'",
  ],
  [
    'a kind may build on its declared base',
    'src/rules/kinds/prediction-drift/b9c.ts',
    "import '../drift/d0.js'",
  ],
  ['the console may read stores', 'src/console/b10.controller.ts', "import '../alerts/alert.store.js'"],
  ['a channel knows its contract', 'src/notifications/channels/slack/b11.ts', "import '../channel.js'"],
  ['a channel has files of its own', 'src/notifications/channels/slack/b12.ts', "import './b11.js'"],
  [
    'a channel declares its config with zod',
    'src/notifications/channels/slack/b13.ts',
    "import { z } from 'zod'",
  ],
  ['an example uses the library', 'examples/iris/b14.ts', "import '../../src/instrumentation/index.js'"],
  ['the entry knows everyone', 'src/main.ts', "import './notifications/delivery.worker.js'"],
  ['a test may import anything', 'src/alerts/b15.spec.ts', "import '../journal/entry.js'"],
];

describe('the import rules', () => {
  let folder: string;
  const broken = new Map<string, Set<string>>();

  beforeAll(() => {
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    folder = mkdtempSync(join(ROOT, '.cache', 'import-rules-')); // inside the project, so that packages resolve
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${text};\nexport const x = 1;\n`);
    };
    for (const path of TARGETS) write(path, '');
    write('src/drift/d2.ts', "import './d1.js'");
    write('src/retraining/ci/gitlab/g2.ts', '');
    write('src/rules/kinds/drift/d0.ts', '');
    write('src/platform/http-address.ts', '');
    for (const [, path, text] of [...FORBIDDEN, ...ALLOWED]) write(path, text);

    const cruiser = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const config = join(ROOT, '.dependency-cruiser.cjs');
    const args = [cruiser, 'src', 'examples', '--config', config, '--output-type', 'json'];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    if (!stdout.startsWith('{')) throw new Error(stderr);
    const report = JSON.parse(stdout) as {
      summary: { violations: { from: string; rule: { name: string } }[] };
    };
    for (const { from, rule } of report.summary.violations) {
      broken.set(from, (broken.get(from) ?? new Set()).add(rule.name));
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(FORBIDDEN)('%s', (_sentence, path, _text, rule) => {
    expect([...(broken.get(path) ?? [])]).toContain(rule);
  });

  it.each(ALLOWED)('%s', (_sentence, path) => {
    expect([...(broken.get(path) ?? [])]).toEqual([]);
  });
});
