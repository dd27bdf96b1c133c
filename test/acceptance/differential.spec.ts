import { beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { GroupAsker } from '../../src/evaluation/group-asker.client.js';
import { PrometheusClient } from '../../src/prometheus/prometheus.client.js';
import type { RuleGroup } from '../../src/rules/rule.js';
import { formatIssue } from '../../src/settings/config-issue.js';
import { loadSettings } from '../../src/settings/load-settings.store.js';
import { type Comparison, compareStates, compareTexts } from '../fixtures/differential/compare.js';
import { type GroupHistory, readHistory } from '../fixtures/differential/history.js';
import { placeGroups, readFixtures, writeCandidates } from '../fixtures/differential/place-groups.js';
import { Recorder, type Snapshot } from '../fixtures/differential/recorder.js';
import { type Replayed, replay } from '../fixtures/differential/replay.js';
import { play } from '../fixtures/differential/script.js';
import { describeWith, requireBinary } from '../support/binaries.js';
import { onCleanup } from '../support/cleanup.js';
import { MetricSource } from '../support/metric-source.js';
import { startPrometheus } from '../support/prometheus.js';
import { tempDir } from '../support/temp-dir.js';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const RUN_MS = Number(process.env['RETUNE_DIFFERENTIAL_MINUTES'] ?? 0.7) * 60_000;
const EXTERNAL_LABELS = { region: 'eu', replica: 'a' };
const EXTERNAL_URL = 'http://prometheus.example:9090/base';

describeWith(['prometheus'], "Retune beside Prometheus' own rule manager", () => {
  let groups: readonly RuleGroup[];
  let history: ReadonlyMap<string, GroupHistory>;
  let snapshots: readonly Snapshot[];
  const ours = new Map<string, readonly Replayed[]>();

  beforeAll(async () => {
    const source = await MetricSource.start();
    play(source);
    const folder = tempDir();
    const { stdout, stderr } = spawnSync(requireBinary('prometheus'), ['--version'], { encoding: 'utf8' });
    const major = Number(/version (\d+)/.exec(stdout + stderr)?.[1]);
    const fixtures = readFixtures(major);
    writeCandidates(folder, fixtures);
    const prometheus = await startPrometheus({
      scrapeTargets: [source.target],
      scrapeTimeout: '300ms',
      ruleFiles: fixtures.map(({ name }) => join(folder, name)),
      externalLabels: EXTERNAL_LABELS,
      externalUrl: EXTERNAL_URL,
    });
    const place = await placeGroups(prometheus, folder, fixtures);
    const loaded = await loadSettings({ RULES_DIR: folder }, process.cwd());
    if (!loaded.ok) throw new Error(loaded.issues.map(formatIssue).join('\n'));
    groups = loaded.settings.rules.groups;

    const reloaded = await fetch(`${prometheus.url}/-/reload`, { method: 'POST' });
    expect(reloaded.status).toBe(200);
    const recorder = new Recorder([prometheus.url], place + 450);
    await sleep(RUN_MS);
    snapshots = (await recorder.stop())[0] as readonly Snapshot[];
    history = await readHistory(prometheus.url, groups, Math.ceil(RUN_MS / 1000) + 30);

    const client = new PrometheusClient(prometheus.url, 10_000);
    onCleanup(() => client.close());
    const surroundings = {
      externalLabels: EXTERNAL_LABELS,
      externalUrl: EXTERNAL_URL,
      prometheusAddress: '',
    };
    await Promise.all(
      groups.map(async (group) => {
        const slots = [...(history.get(group.key)?.keys() ?? [])];
        ours.set(group.key, await replay(group, slots, new GroupAsker(client), surroundings));
      }),
    );
  }, RUN_MS + 90_000);

  it('has every alert in the same state since the same slot, slot by slot', () => {
    const compared = groups.map((group) =>
      compareStates(group, history.get(group.key) as GroupHistory, ours.get(group.key) ?? []),
    );
    expect(summary('states', compared)).toEqual([]);
  });

  it('shows the same annotations, values and health', () => {
    const compared = groups.map((group) => compareTexts(group, snapshots, ours.get(group.key) ?? []));
    expect(summary('texts', compared)).toEqual([]);
  });
});

/** Prints what was compared; gives back the differences, of each alert a few and how many there are. */
function summary(what: string, compared: readonly Comparison[]): readonly string[] {
  const sum = (pick: (each: Comparison) => number): number =>
    compared.reduce((total, each) => total + pick(each), 0);
  const differences = compared.flatMap((each) => each.differences);
  const counts = `${sum(({ slots }) => slots)} slots, ${sum(({ states, texts }) => states + texts)} alerts`;
  process.stdout.write(`${what}: ${compared.length} groups, ${counts}, ${differences.length} differences\n`);
  return [...new Set(differences.map(({ alertname }) => alertname))].flatMap((alertname) => {
    const texts = differences.filter((each) => each.alertname === alertname).map(({ text }) => text);
    return [`${alertname}: ${texts.length} differences`, ...texts.slice(0, 3)];
  });
}
