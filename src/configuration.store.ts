import { Injectable } from '@nestjs/common';
import type { Gauge } from 'prom-client';
import { AlertStore } from './alerts/alert.store.js';
import { type ConfigurationStatus, Reloading, type ReloadResult } from './platform/reloading.store.js';
import { GroupStore } from './evaluation/group.store.js';
import { RuleBook } from './evaluation/rule-book.store.js';
import { HeartbeatBook } from './heartbeats/heartbeat-book.store.js';
import { JournalStore } from './journal/journal.store.js';
import { tellTransition } from './journal/tell-transition.js';
import { NotificationDispatcher } from './notifications/notification.dispatcher.js';
import { RoutingTable } from './notifications/routing-table.store.js';
import type { Log } from './platform/log.js';
import { Platform } from './platform/platform.module.js';
import { PolicyBook } from './retraining/policy-book.store.js';
import { SilenceBook } from './routing/silence-book.store.js';
import { formatIssue } from './settings/config-issue.js';
import { warningTexts } from './settings/notice.js';
import type { LoadedSettings, Settings } from './settings/settings.js';

/** The books that hold what is in force; each feature reads its own. */
@Injectable()
export class Books {
  constructor(
    readonly rules: RuleBook,
    readonly routing: RoutingTable,
    readonly policies: PolicyBook,
    readonly heartbeats: HeartbeatBook,
    readonly silences: SilenceBook,
  ) {}
}

/** The settings the process was started with. */
export class StartSettings {
  constructor(
    readonly settings: Settings,
    /** Reads them anew. */
    readonly load: () => Promise<LoadedSettings>,
  ) {}
}

/** What a change of rules touches besides the books. */
@Injectable()
export class RuleEffects {
  constructor(
    readonly alerts: AlertStore,
    readonly groups: GroupStore,
    readonly journal: JournalStore,
    readonly notifications: NotificationDispatcher,
  ) {}
}

/** Puts settings in force: at the start, and again at every reload. A wrong file changes nothing. */
@Injectable()
export class Configuration extends Reloading {
  private current: Settings;
  private loadedAt: Date;
  private lastReload: ConfigurationStatus['lastReload'] = null;
  private readonly log: Log;
  private readonly reloadOk: Gauge;
  private readonly reloadAt: Gauge;
  private running: Promise<ReloadResult> | undefined;

  constructor(
    private readonly start: StartSettings,
    private readonly platform: Platform,
    private readonly books: Books,
    private readonly effects: RuleEffects,
  ) {
    super();
    this.current = start.settings;
    this.loadedAt = platform.clock.now();
    this.log = platform.logs.for('configuration');
    this.reloadOk = platform.metrics.gauge(
      'retune_config_last_reload_successful',
      'Whether the last reload was accepted',
    );
    this.reloadAt = platform.metrics.gauge(
      'retune_config_last_reload_success_timestamp_seconds',
      'When the running configuration was loaded',
    );
  }

  /** Puts the start settings in force, before the first heartbeat. */
  async enforce(): Promise<void> {
    await this.apply(this.start.settings);
  }

  status(): ConfigurationStatus {
    return {
      configHash: this.current.configHash,
      loadedAt: this.loadedAt.toISOString(),
      lastReload: this.lastReload,
    };
  }

  /** Reads rules/*.yml again. Two reloads at a time are one. */
  reload(): Promise<ReloadResult> {
    this.running ??= this.readAgain().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async readAgain(): Promise<ReloadResult> {
    const loaded = await this.start.load();
    const at = this.platform.clock.now();
    const result: ReloadResult = loaded.ok
      ? { ok: true, warnings: warningTexts(loaded.notices) }
      : { ok: false, errors: loaded.issues.map(formatIssue) };
    if (!loaded.ok) {
      this.reloadOk.set(0);
      for (const issue of loaded.issues) this.log.warn('reload refused', { detail: formatIssue(issue) });
    } else await this.apply(loaded.settings);
    this.lastReload = { at: at.toISOString(), result };
    const summary = loaded.ok
      ? `configuration reloaded: ${describe(loaded.settings)}`
      : `reload refused, the running configuration stays: ${formatIssue(loaded.issues[0] as never)}`;
    const reason = loaded.ok ? 'reloaded' : 'refused';
    await this.effects.journal.append(
      [{ at, kind: 'configuration', summary, reason }],
      this.platform.database.db,
    );
    return result;
  }

  private async apply(settings: Settings): Promise<void> {
    const now = this.platform.clock.now();
    const { environment, rules } = settings;
    const surroundings = {
      externalLabels: environment.externalLabels,
      externalUrl: environment.externalUrl,
      prometheusAddress: environment.prometheusAddress,
    };
    this.books.rules.replace(rules.groups, surroundings);
    this.books.routing.current = {
      route: rules.route,
      receivers: rules.receivers,
      inhibitRules: rules.inhibitRules,
      timeIntervals: rules.timeIntervals,
      channelDefaults: rules.channelDefaults,
      resolveTimeoutMs: rules.resolveTimeoutMs,
      externalUrl: environment.externalUrl,
    };
    this.books.policies.replace(rules.policies, rules.ciTargets, environment.externalUrl);
    this.books.heartbeats.current = rules.heartbeats;
    this.books.silences.current = rules.silences;
    await this.platform.database.transaction(async (trx) => {
      await this.effects.groups.sync(rules.groups, now, trx);
      const known = rules.groups.flatMap((group) => group.rules.map((rule) => rule.key));
      const orphans = await this.effects.alerts.orphans(known, trx);
      const changes = orphans.map((alert) => ({
        alert: { ...alert, state: 'resolved' as const, resolvedAt: now, evaluatedAt: now },
        deleted: alert.state === 'pending',
        transition: {
          from: alert.state,
          to: alert.state === 'pending' ? ('inactive' as const) : ('resolved' as const),
          reason: 'rule_removed' as const,
          at: now,
        },
      }));
      await this.effects.alerts.save(changes, trx);
      await this.effects.journal.append(
        changes.map(({ alert, transition }) => tellTransition(alert, transition)),
        trx,
      );
    });
    await this.effects.notifications.reroute(now);
    this.current = settings;
    this.loadedAt = now;
    this.reloadOk.set(1);
    this.reloadAt.set(now.getTime() / 1000);
    this.log.info('configuration in force', { detail: describe(settings) });
  }
}

/** The size of a configuration in one line. */
export function describe({ files, rules }: Settings): string {
  const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
  return [
    count(files.length, 'file'),
    count(rules.groups.length, 'group'),
    count(
      rules.groups.reduce((sum, group) => sum + group.rules.length, 0),
      'rule',
    ),
    count(rules.receivers.length, 'receiver'),
    `${rules.policies.length} ${rules.policies.length === 1 ? 'policy' : 'policies'}`,
  ].join(', ');
}
