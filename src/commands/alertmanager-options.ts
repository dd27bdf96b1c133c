import { resolve } from 'node:path';
import { FEATURES, FLAGS } from './alertmanager-flags.js';
import type { Invocation } from './command.js';

/** How to stand in Alertmanager's place. */
export interface AlertmanagerStart {
  /** The variables that say the same to the service; the others of the process stay. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly configFile: string;
  /** Absent: in no cluster. */
  readonly cluster?: {
    readonly host: string;
    readonly port: number;
    readonly advertised?: string;
    readonly name?: string;
  };
  /** What was asked for and has no effect, a line each. */
  readonly warnings: readonly string[];
}

/** The start, or everything that is wrong with the flags. */
export type ReadAlertmanagerStart =
  | { readonly ok: true; readonly start: AlertmanagerStart }
  | { readonly ok: false; readonly complaints: readonly string[] };

/** What the flags are read against. */
export interface AlertmanagerPlace {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The name of this machine. */
  readonly hostname: string;
  /** Every address of this machine, of both families when it has IPv6. */
  readonly everywhere: '::' | '0.0.0.0';
}

const ADDRESS = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/;

/** `host:port` as Go writes it; the host may be missing. */
function readAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = ADDRESS.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) return undefined;
  return { host: match[1] ?? match[2] ?? '', port };
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : '';
}

/** What the flags of Alertmanager mean here. Defaults are Alertmanager's own. */
export function readAlertmanagerStart(
  options: Invocation['options'],
  { env, cwd, hostname, everywhere }: AlertmanagerPlace,
): ReadAlertmanagerStart {
  const complaints: string[] = [];
  const warnings: string[] = [];
  const given = (name: string): readonly string[] => {
    const value = options[name];
    return value === undefined ? [] : [value].flat().map(String);
  };
  const last = (name: string, otherwise: string): string => given(name).at(-1) ?? otherwise;

  for (const [name, { effect }] of Object.entries(FLAGS)) {
    if (given(name).join('') === '' || given(name).at(-1) === 'false') continue;
    if (effect.use === 'refused') complaints.push(`--${name} is not supported: ${effect.instead}`);
    if (effect.use === 'idle') warnings.push(`--${name} has no effect: ${effect.instead}`);
  }
  for (const feature of given('enable-feature')
    .flatMap((list) => list.split(','))
    .filter(Boolean)) {
    if (!Object.hasOwn(FEATURES, feature))
      complaints.push(
        `--enable-feature: expected some of ${Object.keys(FEATURES).join(', ')}, got ${feature}`,
      );
    else if (FEATURES[feature] !== undefined)
      warnings.push(`--enable-feature=${feature} has no effect: ${FEATURES[feature]}`);
  }

  const listen = given('web.listen-address');
  const address = readAddress(listen.at(-1) ?? ':9093');
  if (listen.length > 1) complaints.push('--web.listen-address: expected one address, got several');
  else if (!address) complaints.push(`--web.listen-address: expected host:port or :port, got ${listen[0]}`);

  const clusterText = last('cluster.listen-address', '0.0.0.0:9094');
  const cluster = clusterText === '' ? undefined : readAddress(clusterText);
  if (clusterText !== '' && !cluster)
    complaints.push(`--cluster.listen-address: expected host:port, or nothing, got ${clusterText}`);

  const level = last('log.level', 'info');
  if (!['debug', 'info', 'warn', 'error'].includes(level))
    complaints.push(`--log.level: expected debug, info, warn or error, got ${level}`);
  const format = last('log.format', 'logfmt');
  if (format !== 'logfmt' && format !== 'json')
    complaints.push(`--log.format: expected logfmt or json, got ${format}`);
  if (!address || complaints.length > 0) return { ok: false, complaints };

  const externalUrl = last('web.external-url', `http://${hostname}:${address.port}`);
  const prefix = `/${last('web.route-prefix', pathOf(externalUrl)).replace(/^\/+|\/+$/g, '')}`;
  const [name, advertised] = [last('cluster.peer-name', ''), last('cluster.advertise-address', '')];
  const guarded = Boolean(env['RETUNE_API_TOKEN'] || env['RETUNE_API_TOKEN_FILE']);
  return {
    ok: true,
    start: {
      configFile: resolve(cwd, last('config.file', 'alertmanager.yml')),
      env: {
        HOST: address.host === '' ? everywhere : address.host,
        PORT: String(address.port),
        DATA_DIR: resolve(cwd, last('storage.path', 'data/')),
        LOG_LEVEL: level,
        LOG_FORMAT: format,
        RETUNE_EXTERNAL_URL: externalUrl,
        RETUNE_ALERTMANAGER_PREFIX: prefix === '/' ? '' : prefix,
        // As in Alertmanager, whose place this takes; whatever else Retune has stays shut to other machines.
        RETUNE_ALERTMANAGER_ACCESS: env['RETUNE_ALERTMANAGER_ACCESS'] ?? (guarded ? 'token' : 'open'),
      },
      ...(cluster && { cluster: { ...cluster, ...(advertised && { advertised }), ...(name && { name }) } }),
      warnings,
    },
  };
}
