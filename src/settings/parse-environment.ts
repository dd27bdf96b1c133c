import ipaddr from 'ipaddr.js';
import { didYouMean } from '../schema/did-you-mean.js';
import { Secret } from '../schema/secret.js';
import { type ConfigIssue, formatPath } from './config-issue.js';
import { ENVIRONMENT_SECRETS, EnvironmentVariables } from './environment.schema.js';
import { complaintsOf, explain } from './explain-issue.js';
import { type ConfigNotice, noticeOf } from './notice.js';
import { pickTwin } from './twins.js';

/** What the process was told by its surroundings. Paths as given; times in milliseconds. */
export interface Environment {
  /** Where to ask, with the credentials it may carry. */
  readonly prometheusUrl: Secret;
  /** The same without credentials, for people and links. */
  readonly prometheusAddress: string;
  readonly rulesDir: string;
  /** Absent: an embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl?: Secret;
  /** Absent: queues on PostgreSQL. */
  readonly redisUrl?: Secret;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly logFormat: 'json' | 'pretty';
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  /** Without a trailing slash. */
  readonly externalUrl: string;
  readonly apiToken?: Secret;
  readonly webhookToken?: Secret;
  /** Path in front of Alertmanager's API: empty, or with a slash in front and none behind. */
  readonly alertmanagerPrefix: string;
  /** Alertmanager's API needs no token; whatever else there is does, to whoever is not on this machine. */
  readonly alertmanagerOpen: boolean;
  readonly prometheusTimeoutMs: number;
  readonly evaluationConcurrency: number;
  readonly defaultIntervalMs: number;
  /** What lints take for the scrape interval of Prometheus; it changes no evaluation. */
  readonly scrapeIntervalMs: number;
  readonly externalLabels: Readonly<Record<string, string>>;
}

/** The environment, or everything that is wrong with it. */
export type ParsedEnvironment =
  | { readonly ok: true; readonly environment: Environment; readonly notices: readonly ConfigNotice[] }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

const KNOWN = Object.keys(EnvironmentVariables.shape);

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  if (bare === 'localhost') return true;
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback';
}

/** The address of the service in links when the operator names none. */
function defaultExternalUrl(host: string, port: number): string {
  const bare = host.replace(/^\[|\]$/g, '');
  const everywhere = bare === '0.0.0.0' || bare === '::';
  const name = everywhere ? 'localhost' : bare.includes(':') ? `[${bare}]` : bare;
  return `http://${name}:${port}`;
}

function withoutCredentials(address: string): string {
  const url = new URL(address);
  return url.username + url.password === '' ? address : address.replace(/\/\/[^@/]*@/, '//');
}

/** Reads the variables. Names that begin with RETUNE_ and are not ours are refused: a misspelt setting must not pass unseen. */
export function parseEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  terminal: { readonly isTty: boolean },
): ParsedEnvironment {
  const issues: ConfigIssue[] = [];
  const refuse = (path: string, message: string): void =>
    void issues.push({ file: 'environment', path, message });

  const written = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  for (const [name] of written) {
    if (!name.startsWith('RETUNE_') || KNOWN.includes(name)) continue;
    refuse(name, `unknown variable${didYouMean(name, KNOWN)}`);
  }
  const known = Object.fromEntries(written.filter(([name]) => KNOWN.includes(name)));
  const parsed = EnvironmentVariables.safeParse(known, { error: explain });
  if (!parsed.success) {
    for (const { path, message } of complaintsOf(parsed.error.issues, () => KNOWN))
      refuse(formatPath(path), message);
  }
  for (const name of ENVIRONMENT_SECRETS) {
    const { conflict } = pickTwin(known, name);
    if (conflict !== undefined) refuse(name, conflict);
  }
  const host = known['HOST'] ?? '127.0.0.1';
  if (
    !isLoopback(host) &&
    known['RETUNE_API_TOKEN'] === undefined &&
    known['RETUNE_API_TOKEN_FILE'] === undefined &&
    known['RETUNE_ALERTMANAGER_ACCESS'] !== 'open'
  ) {
    refuse(
      'HOST',
      `${JSON.stringify(host)} can be reached from other machines, and nothing guards the service: ` +
        'set RETUNE_API_TOKEN or RETUNE_API_TOKEN_FILE, or HOST=127.0.0.1',
    );
  }
  if (!parsed.success || issues.length > 0) return { ok: false, issues };

  const variables = parsed.data;
  const secrets = Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, Secret] => entry[1] instanceof Secret),
  );
  const secret = (name: string): Secret | undefined => pickTwin(secrets, name).value;
  const externalUrl = variables.RETUNE_EXTERNAL_URL ?? defaultExternalUrl(host, variables.PORT);
  const unset = {
    file: 'environment',
    path: 'RETUNE_EXTERNAL_URL',
    message: `not set: links in messages point to ${externalUrl}`,
  };
  const notices =
    variables.RETUNE_EXTERNAL_URL === undefined && !isLoopback(host)
      ? [noticeOf('no-external-url', unset)]
      : [];
  const [databaseUrl, redisUrl] = [secret('DATABASE_URL'), secret('REDIS_URL')];
  const [apiToken, webhookToken] = [secret('RETUNE_API_TOKEN'), secret('RETUNE_WEBHOOK_TOKEN')];
  return {
    ok: true,
    notices,
    environment: {
      prometheusUrl: Secret.literal(variables.PROMETHEUS_URL),
      prometheusAddress: withoutCredentials(variables.PROMETHEUS_URL),
      rulesDir: variables.RULES_DIR,
      ...(databaseUrl && { databaseUrl }),
      ...(redisUrl && { redisUrl }),
      host,
      port: variables.PORT,
      dataDir: variables.DATA_DIR,
      logFormat: variables.LOG_FORMAT ?? (terminal.isTty ? 'pretty' : 'json'),
      logLevel: variables.LOG_LEVEL,
      externalUrl,
      ...(apiToken && { apiToken }),
      ...(webhookToken && { webhookToken }),
      alertmanagerOpen: variables.RETUNE_ALERTMANAGER_ACCESS === 'open',
      alertmanagerPrefix: variables.RETUNE_ALERTMANAGER_PREFIX ?? '',
      prometheusTimeoutMs: variables.RETUNE_PROMETHEUS_TIMEOUT,
      evaluationConcurrency: variables.RETUNE_EVALUATION_CONCURRENCY,
      defaultIntervalMs: variables.RETUNE_DEFAULT_INTERVAL,
      scrapeIntervalMs: variables.RETUNE_SCRAPE_INTERVAL,
      externalLabels: variables.RETUNE_EXTERNAL_LABELS ?? {},
    },
  };
}
