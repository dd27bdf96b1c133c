import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { formatIssue } from './config-issue.js';
import { type Environment, isLoopback, parseEnvironment } from './parse-environment.js';

type Variables = Readonly<Record<string, string>>;

function accepted(env: Variables, isTty = false): Environment {
  const parsed = parseEnvironment(env, { isTty });
  if (!parsed.ok) throw new Error(parsed.issues.map(formatIssue).join('\n'));
  return parsed.environment;
}

function refused(env: Variables): readonly string[] {
  const parsed = parseEnvironment(env, { isTty: false });
  return parsed.ok ? [] : parsed.issues.map(formatIssue);
}

const reveal = (secret: Environment['apiToken']): Promise<string> | undefined =>
  secret?.reveal((path) => Promise.resolve(`content of ${path}\n`));

describe('parseEnvironment', () => {
  it('needs nothing', () => {
    const { prometheusUrl, ...rest } = accepted({ PATH: '/bin', HOME: '/root' });
    expect(rest).toEqual({
      prometheusAddress: 'http://127.0.0.1:9090',
      rulesDir: 'rules',
      alertmanagerOpen: false,
      alertmanagerPrefix: '',
      host: '127.0.0.1',
      port: 8686,
      dataDir: 'data',
      logFormat: 'json',
      logLevel: 'info',
      externalUrl: 'http://127.0.0.1:8686',
      prometheusTimeoutMs: 30_000,
      evaluationConcurrency: 8,
      defaultIntervalMs: 60_000,
      scrapeIntervalMs: 60_000,
      externalLabels: {},
    });
    expect(prometheusUrl).toBeDefined();
  });

  it.each<[string, Variables, Partial<Environment>]>([
    ['an empty variable counts as unset', { PORT: '', REDIS_URL: '' }, { port: 8686 }],
    ['a port changes the links', { PORT: '9999' }, { port: 9999, externalUrl: 'http://127.0.0.1:9999' }],
    [
      "Alertmanager's API may be open, also to other machines",
      { HOST: '0.0.0.0', RETUNE_ALERTMANAGER_ACCESS: 'open', RETUNE_EXTERNAL_URL: 'http://x' },
      { alertmanagerOpen: true },
    ],
    [
      'a prefix loses its last slash',
      { RETUNE_ALERTMANAGER_PREFIX: '/am/x/' },
      { alertmanagerPrefix: '/am/x' },
    ],
    ['an IPv6 host is bracketed in links', { HOST: '::1' }, { externalUrl: 'http://[::1]:8686' }],
    [
      'links of a service on all addresses name this machine',
      { HOST: '0.0.0.0', RETUNE_API_TOKEN: 't0k3n' },
      { host: '0.0.0.0', externalUrl: 'http://localhost:8686' },
    ],
    [
      'a trailing slash is cut',
      { RETUNE_EXTERNAL_URL: 'https://retune.example/console/' },
      { externalUrl: 'https://retune.example/console' },
    ],
    ['durations are milliseconds', { RETUNE_DEFAULT_INTERVAL: '1m30s' }, { defaultIntervalMs: 90_000 }],
    [
      'external labels are a list',
      { RETUNE_EXTERNAL_LABELS: 'cluster=eu, stage=live' },
      { externalLabels: { cluster: 'eu', stage: 'live' } },
    ],
    [
      'credentials of Prometheus are kept from people',
      { PROMETHEUS_URL: 'https://reader:hunter2@prom.example/p/' },
      { prometheusAddress: 'https://prom.example/p' },
    ],
  ])('%s', (_, env, expected) => {
    expect(accepted(env)).toMatchObject(expected);
  });

  it('writes for people on a terminal, and for machines elsewhere', () => {
    expect(accepted({}, true).logFormat).toBe('pretty');
    expect(accepted({}, false).logFormat).toBe('json');
    expect(accepted({ LOG_FORMAT: 'json' }, true).logFormat).toBe('json');
  });

  it.each<[Variables, string]>([
    [{ PORT: '80a' }, 'environment PORT: expected a whole number from 0 to 65535, got 80a'],
    [{ PORT: '70000' }, 'environment PORT: expected a whole number from 0 to 65535, got 70000'],
    [
      { RETUNE_EVALUATION_CONCURRENCY: '0' },
      'environment RETUNE_EVALUATION_CONCURRENCY: expected a whole number from 1 to 1000, got 0',
    ],
    [
      { LOG_FORMAT: 'prety' },
      'environment LOG_FORMAT: expected one of "json" or "pretty", got "prety", did you mean "pretty"?',
    ],
    [
      { RETUNE_PROMETHEUS_TIMEOUT: '10 s' },
      'environment RETUNE_PROMETHEUS_TIMEOUT: expected a duration such as 5m, got "10 s"',
    ],
    [
      { RETUNE_DEFAULT_INTERVAL: '100ms' },
      'environment RETUNE_DEFAULT_INTERVAL: expected a duration of at least 1s',
    ],
    [
      { PROMETHEUS_URL: 'prometheus:9090' },
      'environment PROMETHEUS_URL: expected an address such as http://prometheus.example:9090',
    ],
    [{ REDIS_URL: 'http://redis' }, 'environment REDIS_URL: expected an address such as redis://host:6379'],
    [
      { RETUNE_EXTERNAL_LABELS: 'cluster' },
      'environment RETUNE_EXTERNAL_LABELS: expected labels such as cluster=eu,stage=live (names of letters, digits and _), got "cluster"',
    ],
    [
      { RETUNE_API_TOKN: 'x' },
      'environment RETUNE_API_TOKN: unknown variable, did you mean "RETUNE_API_TOKEN"?',
    ],
    [
      { RETUNE_API_TOKEN: 'x', RETUNE_API_TOKEN_FILE: '/x' },
      'environment RETUNE_API_TOKEN: RETUNE_API_TOKEN and RETUNE_API_TOKEN_FILE are both set; unset one of them',
    ],
    [
      { HOST: '0.0.0.0' },
      'environment HOST: "0.0.0.0" can be reached from other machines, and nothing guards the service: set RETUNE_API_TOKEN or RETUNE_API_TOKEN_FILE, or HOST=127.0.0.1',
    ],
  ])('%j is refused', (env, expected) => {
    expect(refused(env)).toEqual([expected]);
  });

  it('tells everything at once', () => {
    expect(refused({ PORT: 'x', HOST: '10.0.0.1', LOG_LEVEL: 'loud', RETUNE_X: '1' })).toHaveLength(4);
  });

  it.each(['RETUNE_API_TOKEN', 'RETUNE_WEBHOOK_TOKEN', 'DATABASE_URL', 'REDIS_URL'])(
    '%s may stand in a file',
    async (name) => {
      const environment = accepted({ [`${name}_FILE`]: '/run/secrets/one' });
      const secrets = [
        environment.apiToken,
        environment.webhookToken,
        environment.databaseUrl,
        environment.redisUrl,
      ];
      expect(await Promise.all(secrets.flatMap((secret) => reveal(secret) ?? []))).toEqual([
        'content of /run/secrets/one',
      ]);
    },
  );

  it('never shows a secret', () => {
    const secrets = {
      RETUNE_API_TOKEN: 'hunter2',
      RETUNE_WEBHOOK_TOKEN: 'hunter2',
      DATABASE_URL: 'postgresql://retune:hunter2@db/retune',
      REDIS_URL: 'redis://:hunter2@redis',
      PROMETHEUS_URL: 'http://reader:hunter2@prom',
    };
    const environment = accepted(secrets);
    expect(inspect(environment, { depth: 9 }) + JSON.stringify(environment)).not.toContain('hunter2');
    const broken = Object.fromEntries(
      Object.entries(secrets).map(([name, value]) => [name, value.replace(':', ';')]),
    );
    const doubled = { ...broken, RETUNE_API_TOKEN_FILE: '/x', PORT: 'x' };
    expect(refused(doubled).join()).not.toContain('hunter2');
  });
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '[::1]', 'localhost', '::ffff:127.0.0.1'])(
    '%s stays on this machine',
    (host) => expect(isLoopback(host)).toBe(true),
  );
  it.each(['0.0.0.0', '::', '10.0.0.1', 'retune.example', '128.0.0.1', 'localhost.example'])(
    '%s can be reached',
    (host) => expect(isLoopback(host)).toBe(false),
  );
});
