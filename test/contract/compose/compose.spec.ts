import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { makeSecrets, SECRETS } from '../../../deploy/make-secrets.mjs';
import { PIPELINE_FLAGS } from '../../../examples/iris/pipeline.js';
import { firstModel, SERVER_FLAGS } from '../../../examples/iris/server.js';
import { TRAFFIC_FLAGS } from '../../../examples/iris/traffic.js';
import { EnvironmentVariables } from '../../../src/settings/environment.schema.js';
import { loadSettings } from '../../../src/settings/load-settings.store.js';
import { readComposeFile, readMount } from './compose-file.js';

const compose = readComposeFile();
const services = Object.entries(compose.services);
const names = Object.keys(compose.services);
const hosts = [...names, ...services.flatMap(([, { networks }]) => networks?.default.aliases ?? [])];

const irisVariables = (flags: object) =>
  Object.keys(flags).map((flag) => `IRIS_${flag.replaceAll('-', '_').toUpperCase()}`);
const VARIABLES: Readonly<Record<string, readonly string[] | RegExp>> = {
  retune: Object.keys(EnvironmentVariables.shape),
  postgres: ['POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_PASSWORD_FILE'],
  grafana: /^GF_[A-Z]+_[A-Z_]+$/,
  'iris-server': irisVariables(SERVER_FLAGS),
  'iris-traffic': irisVariables(TRAFFIC_FLAGS),
  'iris-pipeline': irisVariables(PIPELINE_FLAGS),
};

/** Files of the repository that are mounted into a service, with their text. */
function mountedTexts(service: string): readonly string[] {
  const files = compose.services[service]?.volumes.map(readMount).filter(({ isFile }) => isFile) ?? [];
  const texts = files
    .filter(({ source }) => statSync(source).isFile())
    .map(({ source }) => readFileSync(source, 'utf8'));
  return service === 'retune' ? [...texts, readFileSync('deploy/rules/iris.yml', 'utf8')] : texts;
}

describe('docker-compose.yml', () => {
  it('has all the parts', () => {
    expect(names.toSorted()).toEqual([
      'alertmanager',
      'grafana',
      'iris-pipeline',
      'iris-server',
      'iris-traffic',
      'mailpit',
      'postgres',
      'prometheus',
      'redis',
      'retune',
    ]);
  });

  it.each(services)('pins the image of %s', (_name, { image, build }) => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(image).toMatch(
      build
        ? new RegExp(`^retune(-iris)?:${version.replaceAll('.', '\\.')}$`)
        : /:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/,
    );
  });

  it.each(services)(
    'starts %s after healthy services that exist, and never in a circle',
    (name, { depends_on }) => {
      const reach = (from: string): readonly string[] =>
        Object.keys(compose.services[from]?.depends_on ?? {}).flatMap((next) => [next, ...reach(next)]);
      expect(Object.keys(depends_on).filter((target) => !names.includes(target))).toEqual([]);
      expect(reach(name)).not.toContain(name);
    },
  );

  it.each(services)('mounts into %s what exists, files read-only', (name, { volumes }) => {
    for (const { source, mode, isFile } of volumes.map(readMount)) {
      const exists = isFile ? existsSync(source) : source in compose.volumes;
      expect([name, source, exists, isFile ? mode : 'rw']).toEqual([
        name,
        source,
        true,
        isFile ? 'ro' : 'rw',
      ]);
    }
  });

  it('uses every volume and every port once', () => {
    const mounted = services
      .flatMap(([, { volumes }]) => volumes.map(readMount))
      .filter(({ isFile }) => !isFile);
    expect(mounted.map(({ source }) => source).toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
    const ports = services.flatMap(([, { ports }]) => ports.map((port) => port.split(':')[1]));
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('declares the secrets that make-secrets writes, and uses each of them', () => {
    expect(Object.keys(compose.secrets)).toEqual(Object.keys(SECRETS));
    for (const [name, { file }] of Object.entries(compose.secrets))
      expect(file).toBe(`deploy/secrets/${name}`);
    expect(new Set(services.flatMap(([, { secrets }]) => secrets))).toEqual(new Set(Object.keys(SECRETS)));
  });

  it.each(services)('gives %s exactly the secrets that it reads', (name, { secrets, environment }) => {
    const text = [...Object.values(environment), ...mountedTexts(name)].join('\n');
    const read = [...text.matchAll(/\/run\/secrets\/(\w+)/g)].map(([, secret]) => secret as string);
    expect(read.toSorted()).toEqual(secrets.toSorted());
  });

  it.each(services)('sets variables that %s knows, and no secret in them', (name, { environment }) => {
    const known = VARIABLES[name] ?? [];
    const isKnown = (variable: string) =>
      known instanceof RegExp ? known.test(variable) : known.includes(variable);
    expect(Object.keys(environment).filter((variable) => !isKnown(variable))).toEqual([]);
    const open = Object.keys(environment).filter(
      (variable) => /PASSWORD|TOKEN|SECRET/.test(variable) && !variable.endsWith('_FILE'),
    );
    expect(open).toEqual([]);
  });

  it('names hosts that exist, wherever one service talks to another', () => {
    const texts = names.flatMap((name) => [
      ...Object.values(compose.services[name]?.environment ?? {}),
      ...mountedTexts(name),
    ]);
    const urls = texts.flatMap((text) =>
      [...text.matchAll(/\b(?:http|redis):\/\/([\w.-]+):\d+/g)].map(([, host]) => host),
    );
    const smarthost = /smtp_smarthost: ([\w.-]+):/.exec(
      readFileSync('deploy/rules/alertmanager.yml', 'utf8'),
    )?.[1];
    expect(urls.length).toBeGreaterThan(5);
    expect(
      [...urls, smarthost].filter(
        (host) => host === undefined || ![...hosts, '127.0.0.1', 'localhost'].includes(host),
      ),
    ).toEqual([]);
  });

  it.each(services)(
    'asks after the health of %s on the port it listens on',
    (_name, { environment, healthcheck }) => {
      const port = environment.IRIS_PORT ?? environment.PORT;
      if (port !== undefined) expect(healthcheck.test.join(' ')).toContain(`http://127.0.0.1:${port}/`);
    },
  );

  it('scrapes the ports that the services listen on', () => {
    const config = parse(readFileSync('deploy/prometheus.yml', 'utf8')) as {
      scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
    };
    const targets = config.scrape_configs.flatMap((job) => job.static_configs.flatMap((one) => one.targets));
    expect(targets).toEqual([
      `retune:${compose.services.retune?.environment.PORT}`,
      `iris-server:${compose.services['iris-server']?.environment.IRIS_PORT}`,
    ]);
  });
});

describe('the image', () => {
  const stages = readFileSync('deploy/Dockerfile', 'utf8')
    .split(/^(?=FROM )/m)
    .slice(1);
  const stage = (name: string) =>
    stages.find((text) => new RegExp(`^FROM \\S+ AS ${name}\\n`).test(text)) ?? '';

  it('is made from a pinned Node 24', () => {
    expect(stages[0]).toMatch(/^FROM node:24\.\d+\.\d+-bookworm-slim AS base\n/);
    const bases = stages.map((text) => /^FROM (\S+)/.exec(text)?.[1]);
    expect(bases.slice(1).filter((base) => stage(base as string) === '')).toEqual([]);
  });

  it.each(['retune', 'iris'])('%s is a target of compose and runs without root', (name) => {
    const builds = services.map(([, { build }]) => build?.target);
    expect(builds).toContain(name);
    expect(stage(name)).toMatch(/\nUSER node\n/);
    expect(stage(name)).toMatch(/\nCMD \["node", /);
  });

  it('copies from earlier stages only', () => {
    const sources = stages.join('').match(/--from=\w+/g) ?? [];
    expect(sources.filter((source) => stage(source.slice('--from='.length)) === '')).toEqual([]);
  });

  it('takes only what it is built from, and nothing secret', () => {
    const ignored = readFileSync('deploy/Dockerfile.dockerignore', 'utf8').split('\n');
    expect(ignored.find((line) => line !== '' && !line.startsWith('#'))).toBe('*');
    for (const needed of [
      'package.json',
      'package-lock.json',
      '.npmrc',
      'tsconfig.json',
      'tsconfig.build.json',
      'src',
      'examples',
      'scripts',
      'rules',
    ])
      expect(ignored).toContain(`!${needed}`);
    expect(ignored).toContain('rules/secrets');
    expect(ignored).not.toContain('!deploy');
  });
});

describe('the service in the container', () => {
  let secrets: string;
  beforeAll(() => {
    secrets = mkdtempSync(join(tmpdir(), 'secrets-'));
    makeSecrets(secrets);
  });
  afterAll(() => rmSync(secrets, { recursive: true }));

  it('starts with its environment and its rules', async () => {
    const environment = Object.entries(compose.services.retune?.environment ?? {}).map(([name, value]) => [
      name,
      value.replace('/run/secrets', secrets).replace('/etc/retune/rules', 'deploy/rules'),
    ]);
    const loaded = await loadSettings(Object.fromEntries(environment) as NodeJS.ProcessEnv, process.cwd());
    expect(loaded).toMatchObject({ ok: true, notices: [] });
  });

  it('compares inputs with what the first model was trained on', () => {
    const read: unknown = JSON.parse(readFileSync('deploy/rules/references/iris-1.json', 'utf8'));
    expect(read).toEqual(firstModel('iris-classifier', 1, new Date('2026-01-01T00:00:00Z')).reference);
  });

  it('gets secrets that stay when they are there', () => {
    const before = Object.keys(SECRETS).map((name) => readFileSync(join(secrets, name), 'utf8'));
    expect(makeSecrets(secrets)).toEqual([]);
    expect(Object.keys(SECRETS).map((name) => readFileSync(join(secrets, name), 'utf8'))).toEqual(before);
    const password = before[0]?.trim() as string;
    expect(before[1]).toBe(`postgresql://retune:${password}@postgres:5432/retune\n`);
    expect(statSync(secrets).mode & 0o777).toBe(0o700);
  });
});
