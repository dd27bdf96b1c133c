import { describe, expect, it } from '@jest/globals';
import { FLAGS } from './alertmanager-flags.js';
import { type AlertmanagerStart, readAlertmanagerStart } from './alertmanager-options.js';
import type { Invocation } from './command.js';

type Options = Invocation['options'];
const PLACE = { env: {}, cwd: '/srv', hostname: 'box', everywhere: '::' } as const;
const read = (options: Options, env: NodeJS.ProcessEnv = {}) =>
  readAlertmanagerStart(options, { ...PLACE, env });
const start = (options: Options, env: NodeJS.ProcessEnv = {}): AlertmanagerStart => {
  const outcome = read(options, env);
  if (!outcome.ok) throw new Error(outcome.complaints.join('; '));
  return outcome.start;
};
const complaints = (options: Options): readonly string[] => {
  const outcome = read(options);
  return outcome.ok ? [] : outcome.complaints;
};

describe('the flags of Alertmanager', () => {
  it("mean Alertmanager's defaults when none is given", () => {
    expect(start({})).toEqual({
      configFile: '/srv/alertmanager.yml',
      cluster: { host: '0.0.0.0', port: 9094 },
      warnings: [],
      env: {
        HOST: '::',
        PORT: '9093',
        DATA_DIR: '/srv/data',
        LOG_LEVEL: 'info',
        LOG_FORMAT: 'logfmt',
        RETUNE_EXTERNAL_URL: 'http://box:9093',
        RETUNE_ALERTMANAGER_PREFIX: '',
        RETUNE_ALERTMANAGER_ACCESS: 'open',
      },
    });
  });

  it.each<[sentence: string, options: Options, env: Readonly<Record<string, string>>]>([
    ['an address', { 'web.listen-address': ['127.0.0.1:0'] }, { HOST: '127.0.0.1', PORT: '0' }],
    ['an IPv6 address', { 'web.listen-address': ['[::1]:9093'] }, { HOST: '::1', PORT: '9093' }],
    [
      'a port alone',
      { 'web.listen-address': [':80'] },
      { HOST: '::', PORT: '80', RETUNE_EXTERNAL_URL: 'http://box:80' },
    ],
    ['a prefix', { 'web.route-prefix': '/am/' }, { RETUNE_ALERTMANAGER_PREFIX: '/am' }],
    ['a prefix without a slash', { 'web.route-prefix': 'am' }, { RETUNE_ALERTMANAGER_PREFIX: '/am' }],
    [
      'the path of the address in links, which is the prefix',
      { 'web.external-url': 'https://x.example/am' },
      { RETUNE_ALERTMANAGER_PREFIX: '/am', RETUNE_EXTERNAL_URL: 'https://x.example/am' },
    ],
    [
      'no prefix, whatever the path in links',
      { 'web.external-url': 'https://x.example/am', 'web.route-prefix': '/' },
      { RETUNE_ALERTMANAGER_PREFIX: '' },
    ],
    ['a folder', { 'storage.path': '/var/lib/alertmanager/' }, { DATA_DIR: '/var/lib/alertmanager' }],
    [
      'how to log',
      { 'log.level': 'debug', 'log.format': 'json' },
      { LOG_LEVEL: 'debug', LOG_FORMAT: 'json' },
    ],
  ])('may name %s', (_sentence, options, env) => {
    expect(start(options).env).toMatchObject(env);
  });

  it('leave the API to a token where there is one, unless the environment says otherwise', () => {
    const access = (env: NodeJS.ProcessEnv) => start({}, env).env['RETUNE_ALERTMANAGER_ACCESS'];
    expect(access({ RETUNE_API_TOKEN: 't' })).toBe('token');
    expect(access({ RETUNE_API_TOKEN_FILE: '/t' })).toBe('token');
    expect(access({ RETUNE_API_TOKEN: 't', RETUNE_ALERTMANAGER_ACCESS: 'open' })).toBe('open');
  });

  it('may put the process into a cluster, or in none', () => {
    expect(start({ 'cluster.listen-address': '' })).not.toHaveProperty('cluster');
    const named = {
      'cluster.listen-address': '10.0.0.1:0',
      'cluster.advertise-address': '1.2.3.4:9094',
      'cluster.peer-name': 'one',
    };
    expect(start(named).cluster).toEqual({
      host: '10.0.0.1',
      port: 0,
      advertised: '1.2.3.4:9094',
      name: 'one',
    });
  });

  it('that have no effect are told, unless nobody would notice', () => {
    const { warnings } = start({
      'cluster.peer': ['a:1', 'b:2'],
      'data.retention': '1h',
      'cluster.settle-timeout': '0s',
      'enable-feature': ['classic-mode,auto-gomemlimit'],
    });
    expect(warnings).toEqual([
      '--cluster.peer has no effect: processes share a database instead of gossiping: give each the same DATABASE_URL',
      '--data.retention has no effect: silences are kept for 120h after their end, resolved alerts for 30 days',
      '--enable-feature=classic-mode has no effect: matchers are read in both syntaxes, and the classic one wins where they differ',
    ]);
  });

  it.each<[sentence: string, options: Options, complaint: string]>([
    ['several addresses', { 'web.listen-address': [':1', ':2'] }, 'expected one address'],
    ['no port', { 'web.listen-address': ['localhost'] }, 'expected host:port or :port, got localhost'],
    ['a port that is none', { 'web.listen-address': [':99999'] }, 'expected host:port'],
    [
      'an address of a cluster that is none',
      { 'cluster.listen-address': 'x' },
      'expected host:port, or nothing, got x',
    ],
    ['a level that is none', { 'log.level': 'loud' }, 'expected debug, info, warn or error, got loud'],
    ['a format that is none', { 'log.format': 'xml' }, 'expected logfmt or json, got xml'],
    ['a feature that is none', { 'enable-feature': ['x'] }, 'expected some of'],
    ['TLS', { 'web.config.file': 'x' }, '--web.config.file is not supported: put a proxy'],
    ['sockets of systemd', { 'web.systemd-socket': true }, '--web.systemd-socket is not supported'],
  ])('are refused with %s', (_sentence, options, complaint) => {
    expect(complaints(options)).toEqual([expect.stringContaining(complaint)]);
  });

  it('all say what they do, or what to do instead', () => {
    for (const { effect, help } of Object.values(FLAGS)) {
      if (effect.use === 'honoured') expect(help).toBeDefined();
      else expect(help).toBeUndefined();
    }
  });
});
