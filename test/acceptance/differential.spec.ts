import { beforeAll, expect, it } from '@jest/globals';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GroupAsker } from '../../src/evaluation/group-asker.client.js';
import { Metrics } from '../../src/platform/metrics.client.js';
import { PrometheusClient } from '../../src/prometheus/prometheus.client.js';
import type { RuleGroup } from '../../src/rules/rule.js';
import { formatIssue } from '../../src/settings/config-issue.js';
import { loadSettings } from '../../src/settings/load-settings.store.js';
import { compareProcesses } from '../fixtures/differential/compare-processes.js';
import { shapeOf } from '../fixtures/differential/compare-shape.js';
import { type Comparison, compareStates, compareTexts } from '../fixtures/differential/compare.js';
import { type GroupHistory, readHistory } from '../fixtures/differential/history.js';
import { placeGroups, readFixtures, writeCandidates } from '../fixtures/differential/place-groups.js';
import { fetchAlerts, fetchGroups } from '../fixtures/differential/prometheus-api.js';
import { Recorder, type Snapshot } from '../fixtures/differential/recorder.js';
import { type Replayed, replay } from '../fixtures/differential/replay.js';
import { play } from '../fixtures/differential/script.js';
import { describeWith } from '../support/binaries.js';
import { onCleanup } from '../support/cleanup.js';
import { MetricSource } from '../support/metric-source.js';
import { prometheusMajor, startPrometheus } from '../support/prometheus.js';
import { startRetune, type TestRetune } from '../support/retune.js';
import { tempDir } from '../support/temp-dir.js';

/** Shorter than this, and not every rule has been through all that can happen to it. */
const RUN_MS = Number(process.env['RETUNE_DIFFERENTIAL_MINUTES'] ?? 0.75) * 60_000;
delete process.env['RETUNE_DIFFERENTIAL_MINUTES']; // the service takes no variable that it does not know
/** By then both processes have evaluated every group, and moved it where it is to stay. */
const SETTLED_MS = 15_000;
const EXTERNAL_LABELS = { region: 'eu', replica: 'a' };
const EXTERNAL_URL = 'http://prometheus.example:9090/base';

describeWith(['prometheus'], "Retune beside Prometheus' own rule manager", () => {
  let groups: readonly RuleGroup[];
  let history: ReadonlyMap<string, GroupHistory>;
  let began: number;
  let theirs: readonly Snapshot[];
  let shown: readonly Snapshot[];
  let urls: readonly [prometheus: string, retune: string];
  const replayed = new Map<string, readonly Replayed[]>();

  beforeAll(
    async () => {
      const source = await MetricSource.start();
      play(source);
      const folder = tempDir();
      chmodSync(folder, 0o755);
      const fixtures = readFixtures(prometheusMajor());
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
      const retune = await startBeside(prometheus.url, folder);
      urls = [prometheus.url, retune.url];

      expect((await fetch(`${prometheus.url}/-/reload`, { method: 'POST' })).status).toBe(200);
      began = Date.now();
      const recorder = new Recorder(urls, place + 450);
      await sleep(RUN_MS);
      [theirs, shown] = (await recorder.stop()) as [Snapshot[], Snapshot[]];
      history = await readHistory(prometheus.url, groups, Math.ceil(RUN_MS / 1000) + 30);

      const client = new PrometheusClient(prometheus.url, 10_000);
      onCleanup(() => client.close());
      const surroundings = {
        externalLabels: EXTERNAL_LABELS,
        externalUrl: EXTERNAL_URL,
        prometheusAddress: '',
      };
      const asker = new GroupAsker(client, new Metrics());
      await Promise.all(
        groups.map(async (group) => {
          const slots = [...(history.get(group.key)?.keys() ?? [])];
          replayed.set(group.key, await replay(group, slots, asker, surroundings));
        }),
      );
    },
    3 * RUN_MS + 120_000,
  );

  it('has every alert in the same state since the same slot, slot by slot', () => {
    const compared = groups.map((group) =>
      compareStates(group, history.get(group.key) as GroupHistory, replayed.get(group.key) ?? []),
    );
    expect(summary('states', compared)).toEqual([]);
  });

  it('shows the same annotations, values and health', () => {
    const compared = groups.map((group) => compareTexts(group, theirs, replayed.get(group.key) ?? []));
    expect(summary('texts', compared)).toEqual([]);
  });

  it('saw every rule do something', () => {
    const idle = groups.flatMap(({ key, rules }) =>
      rules.filter((rule) => !(replayed.get(key) ?? []).some((at) => isAtWork(at, rule.key))),
    );
    expect(idle.map(({ alert }) => alert)).toEqual([]);
    expect(groups.flatMap(({ rules }) => rules).length).toBeGreaterThan(100);
  });

  it('is the same in a process of its own, up to one interval', () => {
    const compared = compareProcesses(theirs, shown, began + SETTLED_MS);
    expect(summary('processes', [compared])).toEqual([]);
    expect(compared.states).toBeGreaterThan(100);
  });

  it('is shown through the same API, field for field', async () => {
    const [prometheus, retune] = urls;
    const data = ['labels', 'annotations'];
    const [their, our] = await Promise.all([fetchGroups(prometheus), fetchGroups(retune)]);
    const alerting = their.map((group) => ({
      ...group,
      rules: group.rules.filter(({ type }) => type === 'alerting'),
    }));
    expect(shapeOf(our, data)).toEqual(shapeOf(alerting, data));
    const asWritten = (each: typeof our): readonly unknown[] =>
      each.map(({ name, interval, limit, rules }) => ({
        name,
        interval,
        limit,
        rules: rules.map(({ name: alert, type, duration, keepFiringFor, labels, annotations }) => ({
          alert,
          type,
          duration,
          keepFiringFor,
          labels,
          annotations,
        })),
      }));
    expect(asWritten(our)).toEqual(asWritten(alerting));
    expect(shapeOf(await fetchAlerts(retune), data)).toEqual(shapeOf(await fetchAlerts(prometheus), data));
  });
});

/** The built service on the same rules, with the same words for templates. */
function startBeside(prometheusUrl: string, folder: string): Promise<TestRetune> {
  const labels = Object.entries(EXTERNAL_LABELS).map(([name, value]) => `${name}=${value}`);
  return startRetune({
    prometheusUrl,
    rules: '',
    env: {
      RULES_DIR: folder,
      RETUNE_EXTERNAL_LABELS: labels.join(','),
      RETUNE_EXTERNAL_URL: EXTERNAL_URL,
    },
  });
}

/** Whether a rule had an alert or failed at a slot. */
function isAtWork({ open, health }: Replayed, key: string): boolean {
  return health.get(key) === 'error' || open.some(({ source }) => source === key);
}

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
