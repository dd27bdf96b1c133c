import { Injectable } from '@nestjs/common';
import { AlertStore } from '../alerts/alert.store.js';
import { writeReference } from '../drift/reference-document.js';
import { JournalStore } from '../journal/journal.store.js';
import { Platform } from '../platform/platform.module.js';
import { PrometheusClient } from '../prometheus/prometheus.client.js';
import { PrometheusError, type PromQuery, type SamplesByQuery } from '../prometheus/sample.js';
import { busyVersions, servingVersions } from '../rules/serving-versions.js';
import type { SnapshotRequest } from '../rules/snapshot.js';
import { decidePinning, type PinDecision, tellWaiting } from './decide-pinning.js';
import { keyOf, type Pin, PinnedReferenceStore, type SettlingRow } from './pinned-reference.store.js';
import { alertsOf, holdingUp, quietSince, type Settling, stepSettling } from './step-settling.js';

/** The longest span that is counted: what Prometheus keeps, and what a query can bear. */
const LONGEST_SPAN_MS = 7 * 86_400_000;
/** Counts that were not enough are asked for again after this part of the time to settle. */
const RETRIES = 20;
/** The newest resolved alerts that are searched for the end of the model's last one. */
const REMEMBERED_ALERTS = 500;

/** The span whose counts are looked at. */
interface Counted {
  readonly from: Date;
  readonly to: Date;
}

/** Looks at one snapshot: which versions settle, which have settled, and freezes the counts of those. */
@Injectable()
export class PinReferencesWorker {
  private readonly nextTry = new Map<string, number>();

  constructor(
    private readonly platform: Platform,
    private readonly prometheus: PrometheusClient,
    private readonly pins: PinnedReferenceStore,
    private readonly alerts: AlertStore,
    private readonly journal: JournalStore,
  ) {}

  /** One look. While Prometheus gives no answer, everything waits. `pins` and `settling` are those of all snapshots. */
  async look(
    request: SnapshotRequest,
    pins: readonly Pin[],
    settling: readonly SettlingRow[],
    now: Date,
  ): Promise<void> {
    const own = <Row extends { model: string; scope: string }>(rows: readonly Row[]): readonly Row[] =>
      rows.filter((row) => keyOf(row) === keyOf(request));
    try {
      if (request.span.kind === 'window') {
        if (own(pins).length === 0) await this.lookAtSpan(request, request.span, now);
      } else await this.lookAtVersions(request, own(pins), own(settling), now);
    } catch (error) {
      if (!(error instanceof PrometheusError)) throw error;
      const detail = `${error.reason}: ${error.message}`;
      this.platform.logs
        .for('references')
        .warn('no counts for a reference', { model: request.model, detail });
    }
  }

  private async lookAtSpan(request: SnapshotRequest, { from, to }: Counted, now: Date): Promise<void> {
    const settling = { version: '', since: from, belowSince: null, repin: null };
    if (to > now) return this.wait(request, settling, undefined);
    if (this.tooSoon(request, '', LONGEST_SPAN_MS, now)) return;
    const decision = await this.decide(request, settling, { from, to });
    await this.settle(request, settling, decision, { from, to }, 1, now);
  }

  private async lookAtVersions(
    request: SnapshotRequest,
    pins: readonly Pin[],
    rows: readonly SettlingRow[],
    now: Date,
  ): Promise<void> {
    const serving = await this.serving(request, now);
    if (!serving) return;
    const waiting = new Map(rows.map((row) => [row.version, row]));
    const revisions = new Map(pins.map(({ version, revision }) => [version, revision]));
    const fresh = [...serving].filter((version) => !waiting.has(version) && !revisions.has(version));
    if (fresh.length === 0 && rows.length === 0) return;
    const alerts = alertsOf(request.model, await this.alerts.firing(this.platform.database.db));
    const served = fresh.length > 0 ? await this.servedSince(request, now) : new Map<string, Date>();
    for (const version of new Set([...waiting.keys(), ...fresh])) {
      const before = waiting.get(version);
      const after = stepSettling(before, {
        version,
        serves: serving.has(version),
        firing: holdingUp(alerts, before !== undefined && before.repin !== null),
        servedSince: served.get(version) ?? now,
        now,
      });
      const held = holdingUp(alerts, after !== undefined && after.repin !== null);
      if (after) await this.settleVersion(request, after, held, (revisions.get(version) ?? 0) + 1, now);
      else if (before) await this.pins.forget(before, this.platform.database.db);
    }
  }

  private async settleVersion(
    request: SnapshotRequest,
    settling: Settling,
    held: readonly string[],
    revision: number,
    now: Date,
  ): Promise<void> {
    const settleMs = request.span.kind === 'settled' ? request.span.settleMs : 0;
    const age = now.getTime() - settling.since.getTime();
    if (held.length > 0) return this.wait(request, settling, `${held.join(', ')} fires`);
    if (settling.belowSince) return this.wait(request, settling, 'it has too little traffic');
    if (age < settleMs) return this.wait(request, settling, undefined);
    if (this.tooSoon(request, settling.version, settleMs, now)) return;
    const span = Math.floor(Math.min(age, Math.max(settleMs, LONGEST_SPAN_MS)) / 1000) * 1000;
    const counted = { from: new Date(now.getTime() - span), to: now };
    const decision = await this.decide(request, settling, counted);
    await this.settle(request, settling, decision, counted, revision, now);
  }

  /** The versions that serve now; undefined while the model is down or has no traffic, which says nothing about any. */
  private async serving(request: SnapshotRequest, at: Date): Promise<ReadonlySet<string> | undefined> {
    const samples = await this.ask(request.traffic, at);
    const { down, versions } = servingVersions(samples, request);
    if (down) return undefined;
    if (versions !== 'all') {
      const busy = busyVersions(samples, request);
      return busy.size > 0 ? busy : undefined;
    }
    // Nobody says which versions serve, so all that were counted lately do.
    const lately = request.read(await this.ask(request.counts(request.activeVersion.windowMs), at));
    return new Set(lately.keys());
  }

  /**
   * Since when versions that are seen for the first time have served, as far as that shortens their wait: those that served
   * when it would have begun need not wait again because this service, or the rule, is new.
   */
  private async servedSince(request: SnapshotRequest, now: Date): Promise<ReadonlyMap<string, Date>> {
    const settleMs = request.span.kind === 'settled' ? request.span.settleMs : 0;
    const from = new Date(now.getTime() - settleMs);
    const before = await this.serving(request, from);
    if (!before) return new Map();
    const resolved = await this.alerts.list(['resolved'], REMEMBERED_ALERTS, this.platform.database.db);
    const quiet = quietSince(alertsOf(request.model, resolved), from);
    return new Map([...before].map((version) => [version, quiet]));
  }

  private async decide(
    request: SnapshotRequest,
    { version }: Settling,
    { from, to }: Counted,
  ): Promise<PinDecision> {
    const span = to.getTime() - from.getTime();
    const counts = request.read(await this.ask(request.counts(span), to)).get(version);
    return decidePinning({ request, counts, servedMs: span });
  }

  private async settle(
    request: SnapshotRequest,
    settling: Settling,
    decision: PinDecision,
    { from, to }: Counted,
    revision: number,
    now: Date,
  ): Promise<void> {
    if (decision.decision === 'wait') return this.wait(request, settling, decision.waitsFor);
    const { model, scope, span } = request;
    const { version } = settling;
    const reason = settling.repin ?? 'settled';
    const source = { kind: span.kind === 'window' ? 'window' : 'pinned', scope, from, to };
    const document = writeReference({ model, version, createdAt: now, source }, decision.parts);
    const fixed = span.kind === 'window';
    const pin = { model, scope, version, revision, fixed, ...document, countedFrom: from, countedTo: to };
    const who = version === '' ? model : `${model} ${version}`;
    const left = decision.left.length > 0 ? `, without ${decision.left.join(', ')}` : '';
    await this.platform.database.transaction(async (trx) => {
      if (!(await this.pins.pin({ ...pin, pinnedAt: now, reason }, trx))) return;
      const summary = `drift reference of ${who} pinned, revision ${revision}: counts from ${from.toISOString()} to ${to.toISOString()}${left}`;
      const details = { scope, checksum: document.checksum, revision, reason };
      await this.journal.append(
        [{ at: now, kind: 'configuration', summary, reason: 'reference_pinned', model, details }],
        trx,
      );
    });
  }

  private async wait(request: SnapshotRequest, settling: Settling, held: string | undefined): Promise<void> {
    const { model, scope } = request;
    const waitsFor = tellWaiting(request, settling.version, settling.since, held);
    await this.pins.wait({ ...settling, model, scope, waitsFor }, this.platform.database.db);
  }

  /** Whether counts of this version were asked for just now, and were not enough. */
  private tooSoon(request: SnapshotRequest, version: string, settleMs: number, now: Date): boolean {
    const key = `${keyOf(request)}\n${version}`;
    if (now.getTime() < (this.nextTry.get(key) ?? 0)) return true;
    this.nextTry.set(key, now.getTime() + settleMs / RETRIES);
    return false;
  }

  private async ask(queries: readonly PromQuery[], at: Date): Promise<SamplesByQuery> {
    const answers = await Promise.all(
      queries.map(async ({ name, expr }) => [name, (await this.prometheus.query(expr, at)).samples] as const),
    );
    return Object.fromEntries(answers);
  }
}
