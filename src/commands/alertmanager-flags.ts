/** What becomes of a flag of Alertmanager: used, or taken without effect, or refused because leaving it out would be dangerous. */
export type FlagUse =
  | { readonly use: 'honoured' }
  | { readonly use: 'silent' }
  | { readonly use: 'idle'; readonly instead: string }
  | { readonly use: 'refused'; readonly instead: string };

/** A flag of Alertmanager 0.33, as its `--help` lists it. */
export interface Flag {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** What `--help` says of it, where it has an effect. */
  readonly help?: string;
  readonly effect: FlagUse;
}

const honoured = (help: string, more: Partial<Flag> = {}): Flag => ({
  type: 'string',
  help,
  effect: { use: 'honoured' },
  ...more,
});
/** It changes nothing that anybody could see: how often to tidy up, how to gossip. */
const silent = (type: Flag['type'] = 'string'): Flag => ({ type, effect: { use: 'silent' } });
const idle = (instead: string, more: Partial<Flag> = {}): Flag => ({
  type: 'string',
  effect: { use: 'idle', instead },
  ...more,
});
const refused = (instead: string, type: Flag['type'] = 'string'): Flag => ({
  type,
  effect: { use: 'refused', instead },
});

const SHARED = 'processes share a database instead of gossiping: give each the same DATABASE_URL';

/** Every flag by its name. Boolean ones also exist with `no-` in front. */
export const FLAGS: Readonly<Record<string, Flag>> = {
  'config.file': honoured('an alertmanager.yml; it may hold whatever else a rules file of Retune may'),
  'storage.path': honoured('folder of the embedded PostgreSQL, unless DATABASE_URL names another one'),
  'log.level': honoured('debug, info, warn or error'),
  'log.format': honoured('logfmt or json'),
  'web.listen-address': honoured('address to listen on, such as :9093; port 0 takes a free one', {
    multiple: true,
  }),
  'web.external-url': honoured('address of this service in links'),
  'web.route-prefix': honoured('path in front of the API; the path of --web.external-url unless given'),
  'enable-feature': honoured('features by name, separated by commas; none is needed here', {
    multiple: true,
  }),
  'cluster.listen-address': honoured('address this process is listed under; empty: in no cluster'),
  'cluster.advertise-address': honoured('the same, as others see it'),
  'cluster.peer-name': honoured('name this process is listed under'),
  'cluster.peer': idle(SHARED, { multiple: true }),
  'cluster.tls-config': silent(),
  'cluster.label': silent(),
  'cluster.settle-timeout': silent(),
  'cluster.peer-timeout': silent(),
  'cluster.peers-resolve-timeout': silent(),
  'cluster.gossip-interval': silent(),
  'cluster.pushpull-interval': silent(),
  'cluster.tcp-timeout': silent(),
  'cluster.probe-timeout': silent(),
  'cluster.probe-interval': silent(),
  'cluster.reconnect-interval': silent(),
  'cluster.reconnect-timeout': silent(),
  'cluster.allow-insecure-public-advertise-address-discovery': silent('boolean'),
  'data.retention': idle('silences are kept for 120h after their end, resolved alerts for 30 days'),
  'data.maintenance-interval': silent(),
  'alerts.gc-interval': silent(),
  'alerts.per-alertname-limit': idle('there is no limit to the alerts of one name'),
  'dispatch.maintenance-interval': silent(),
  'dispatch.start-delay': idle('alerts survive a restart, so there is nothing to wait for'),
  'silences.max-silences': idle('there is no limit to silences'),
  'silences.max-silence-size-bytes': idle('there is no limit to silences'),
  'log.silences': silent('boolean'),
  'web.get-concurrency': silent(),
  'web.timeout': silent(),
  'web.ui-path': silent(),
  'web.systemd-socket': refused('name an address with --web.listen-address', 'boolean'),
  'web.config.file': refused(
    'put a proxy in front for TLS, and set RETUNE_API_TOKEN so that a token is asked for',
  ),
  'auto-gomemlimit.ratio': silent(),
};

/** What `--enable-feature` may name. Metrics by alert, receiver or group, and Go's memory limit, need no asking here. */
export const FEATURES: Readonly<Record<string, string | undefined>> = {
  'alert-names-in-metrics': undefined,
  'receiver-name-in-metrics': undefined,
  'group-key-in-metrics': undefined,
  'auto-gomemlimit': undefined,
  'auto-gomaxprocs': undefined,
  'event-recorder': 'events stand in the journal: GET /api/journal',
  'classic-mode': 'matchers are read in both syntaxes, and the classic one wins where they differ',
  'utf8-strict-mode': 'matchers are read in both syntaxes, and the classic one wins where they differ',
};
