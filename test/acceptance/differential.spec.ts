import { beforeAll, expect, it } from '@jest/globals';
import { compareProcesses } from '../fixtures/differential/compare-processes.js';
import { shapeOf } from '../fixtures/differential/compare-shape.js';
import { type Comparison, compareStates, compareTexts } from '../fixtures/differential/compare.js';
import type { GroupHistory } from '../fixtures/differential/history.js';
import { type Observed, observe } from '../fixtures/differential/observe.js';
import type { Replayed } from '../fixtures/differential/replay.js';
import { describeWith } from '../support/binaries.js';

/** Shorter than this, and not every rule has been through all that can happen to it. */
const RUN_MS = Number(process.env['RETUNE_DIFFERENTIAL_MINUTES'] ?? 0.75) * 60_000;
delete process.env['RETUNE_DIFFERENTIAL_MINUTES']; // the service takes no variable that it does not know
/** By then both processes have evaluated every group, and moved it where it is to stay. */
const SETTLED_MS = 15_000;
/** A machine that stands still makes Prometheus evaluate rules before it has stored a scrape; then it is no measure. */
const ATTEMPTS = 3;

describeWith(['prometheus'], "Retune beside Prometheus' own rule manager", () => {
  let run: Observed;

  beforeAll(
    async () => {
      run = await observe(RUN_MS);
      for (let again = 1; run.disturbed.length > 0 && again < ATTEMPTS; again++) {
        process.stdout.write(`the machine stood still ${run.disturbed.length} times; once more\n`);
        run = await observe(RUN_MS);
      }
    },
    ATTEMPTS * (3 * RUN_MS + 120_000),
  );

  it('has every alert in the same state since the same slot, slot by slot', () => {
    const compared = run.groups.map((group) =>
      compareStates(group, run.history.get(group.key) as GroupHistory, run.replayed.get(group.key) ?? []),
    );
    expect(summary('states', compared)).toEqual([]);
  });

  it('shows the same annotations, values and health', () => {
    const compared = run.groups.map((group) =>
      compareTexts(group, run.snapshots.theirs, run.replayed.get(group.key) ?? []),
    );
    expect(summary('texts', compared)).toEqual([]);
  });

  it('saw every rule do something', () => {
    const idle = run.groups.flatMap(({ key, rules }) =>
      rules.filter((rule) => !(run.replayed.get(key) ?? []).some((at) => isAtWork(at, rule.key))),
    );
    expect(idle.map(({ alert }) => alert)).toEqual([]);
    expect(run.groups.flatMap(({ rules }) => rules).length).toBeGreaterThan(100);
  });

  it('is the same in a process of its own, up to one interval', () => {
    const compared = compareProcesses(run.snapshots.theirs, run.snapshots.ours, run.began + SETTLED_MS);
    expect(summary('processes', [compared])).toEqual([]);
    expect(compared.states).toBeGreaterThan(100);
  });

  it('is shown through the same API, field for field', () => {
    const { theirs, ours } = run.last;
    const data = ['labels', 'annotations'];
    const alerting = theirs.groups.map((group) => ({
      ...group,
      rules: group.rules.filter(({ type }) => type === 'alerting'),
    }));
    expect(shapeOf(ours.groups, data)).toEqual(shapeOf(alerting, data));
    const asWritten = (each: typeof ours.groups): readonly unknown[] =>
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
    expect(asWritten(ours.groups)).toEqual(asWritten(alerting));
    expect(shapeOf(ours.alerts, data)).toEqual(shapeOf(theirs.alerts, data));
  });
});

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
