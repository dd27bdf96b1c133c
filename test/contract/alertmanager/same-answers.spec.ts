import { beforeAll, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { compareBytewise } from '../../../src/alerts/compare-bytewise.js';
import { startAlertmanager } from '../../support/alertmanager.js';
import { describeWith, requireBinary } from '../../support/binaries.js';
import { eventually } from '../../support/eventually.js';
import { startTestService } from '../../support/service.js';

const CONFIG = readFileSync('test/fixtures/alertmanager/answers.yml', 'utf8');
const JSON_TYPE = { 'content-type': 'application/json' };
const NOBODY = '00000000-0000-4000-8000-000000000000';
const DAY = {
  startsAt: '2026-01-01T00:00:00Z',
  endsAt: '2099-01-01T00:00:00Z',
  createdBy: 'a',
  comment: 'c',
};

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: unknown;
}
interface Server {
  readonly url: string;
  /** Ids of the silences made so far, in their order. */
  readonly silences: string[];
}

/** One request, to both. */
interface Question {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const post = (path: string, body: unknown): Question => ({ method: 'POST', path, body });
const alerts = (...list: readonly object[]): Question => post('/api/v2/alerts', list);
const silence = (over: object): Question => post('/api/v2/silences', { ...DAY, ...over });
const matcher = (name: string, value: string, isRegex = false) => ({ matchers: [{ name, value, isRegex }] });

/** Name of each question, and the first version of Alertmanager whose answer is ours; in the order in which they are asked. */
const QUESTIONS: readonly (readonly [sentence: string, question: Question, since?: 0.33])[] = [
  [
    'alerts are taken',
    alerts(
      { labels: { alertname: 'A', team: 'web', severity: 'critical' } },
      {
        labels: { alertname: 'B', team: 'web', severity: 'warning', empty: '' },
        annotations: { z: '1', a: '2' },
        generatorURL: 'http://g',
        endsAt: '2099-01-01T00:00:00.123456789Z',
      },
      { labels: { alertname: 'C', severity: 'info' }, startsAt: '2026-01-01T00:00:00Z' },
      { labels: { alertname: 'D', team: 'ml', severity: 'critical' } },
    ),
  ],
  ['alerts are listed', { path: '/api/v2/alerts' }],
  ['groups are listed', { path: '/api/v2/alerts/groups' }],
  ['groups that are muted are left out', { path: '/api/v2/alerts/groups?muted=false' }, 0.33],
  ['active ones are left out', { path: '/api/v2/alerts?active=false' }],
  ['inhibited ones are left out', { path: '/api/v2/alerts?inhibited=false' }],
  ['unprocessed ones are no matter', { path: '/api/v2/alerts?unprocessed=false' }],
  ['a flag is misspelt', { path: '/api/v2/alerts?active=xx' }],
  ['alerts are filtered', { path: '/api/v2/alerts?filter=team%3D%22web%22&filter=severity!%3Dcritical' }],
  ['alerts are filtered by a label that is missing', { path: '/api/v2/alerts?filter=team%3D%22%22' }],
  ['alerts of a receiver', { path: '/api/v2/alerts?receiver=d.f' }],
  ['groups of a receiver', { path: '/api/v2/alerts/groups?receiver=ml' }],
  ['a filter is none', { path: '/api/v2/alerts?filter=bad' }],
  ['a filter has braces', { path: '/api/v2/alerts?filter=%7Ba%3D1' }, 0.33],
  ['a filter has a bad pattern', { path: '/api/v2/alerts?filter=team%3D~%22(%22' }],
  ['the receiver is a bad pattern', { path: '/api/v2/alerts?receiver=(' }],
  ['the receiver of groups is a bad pattern', { path: '/api/v2/alerts/groups?receiver=*' }],
  ['receivers', { path: '/api/v2/receivers' }],
  ['no silences', { path: '/api/v2/silences' }],

  ['an alert without labels', alerts({ labels: {} })],
  [
    'good alerts among bad ones',
    alerts(
      { labels: { a: '' } },
      { labels: { x: '1' }, startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' },
      { labels: { ok: '1' } },
    ),
    0.33,
  ],
  ['the good one was taken', { path: '/api/v2/alerts?filter=ok%3D1' }],
  ['an alert that is empty', alerts({})],
  ['a start that is none', alerts({ labels: { a: 'b' }, startsAt: 'nope' }), 0.33],
  ['a start that is a number', alerts({ labels: { a: 'b' }, startsAt: 1 }), 0.33],
  ['a source that is no address', alerts({ labels: { a: 'b' }, generatorURL: '::no' })],
  ['a label that is no text', alerts({ labels: { a: 1 } }), 0.33],
  ['labels that are a list', alerts({ labels: [] }), 0.33],
  ['an annotation that is no text', alerts({ labels: { a: '1' }, annotations: { b: 1 } }), 0.33],
  ['annotations that are a list', alerts({ labels: { a: '1' }, annotations: [] }), 0.33],
  ['alerts that are no list', post('/api/v2/alerts', { labels: { a: '1' } })],
  ['an empty list', alerts()],
  ['null', post('/api/v2/alerts', null)],
  ['a name with a hyphen', alerts({ labels: { 'a-b': '1' }, endsAt: '2026-02-01T00:00:00Z' }), 0.33],
  ['a time with an offset', alerts({ labels: { t: '1' }, startsAt: '2026-01-01T02:00:00+02:00' })],
  ['a day', alerts({ labels: { t: '2' }, startsAt: '2026-01-01', endsAt: '2026-01-02' }), 0.33],
  ['an end in the past', alerts({ labels: { t: '1' }, endsAt: '2026-02-01T00:00:00Z' })],
  ['it is over', { path: '/api/v2/alerts?filter=t!%3D%22%22' }],

  ...['xx', '[1,]', '[{]', '[{"a" 1}]', '[{"a":1 "b"}]', '[1 2]', '[01]', '["a', 'nulx', "['a']"].map(
    (body): readonly [string, Question] => [
      `a body that is ${body}`,
      { method: 'POST', path: '/api/v2/alerts', body, headers: JSON_TYPE },
    ],
  ),
  [
    'a body that is half a number',
    { method: 'POST', path: '/api/v2/alerts', body: '1.x', headers: JSON_TYPE },
    0.33,
  ],
  ['a body beyond ASCII', { method: 'POST', path: '/api/v2/alerts', body: 'é', headers: JSON_TYPE }, 0.33],
  [
    'a body that is a bad escape',
    { method: 'POST', path: '/api/v2/alerts', body: '["\\x"]', headers: JSON_TYPE },
    0.33,
  ],
  ['no body', { method: 'POST', path: '/api/v2/alerts', headers: JSON_TYPE }],
  ['no body and no type', { method: 'POST', path: '/api/v2/silences' }],
  [
    'plain text',
    { method: 'POST', path: '/api/v2/alerts', body: '[]', headers: { 'content-type': 'text/plain' } },
  ],
  [
    'a form',
    {
      method: 'POST',
      path: '/api/v2/silences',
      body: 'a=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
  ],
  [
    'another type',
    { method: 'POST', path: '/api/v2/alerts', body: '<a/>', headers: { 'content-type': 'text/xml' } },
  ],

  ['a silence without fields', post('/api/v2/silences', {})],
  ['a silence that is null', post('/api/v2/silences', null)],
  ['a silence without matchers', silence({ matchers: [] })],
  ['a silence with a bad pattern', silence(matcher('a', '(', true)), 0.33],
  ['a silence with a pattern that is two', silence(matcher('a', 'b)|(c', true)), 0.33],
  ['a silence of everything', silence(matcher('a', '')), 0.33],
  ['a silence of no name', silence(matcher('', 'x')), 0.33],
  ['a matcher without a field', silence({ matchers: [{ name: 'a', value: 'x' }] })],
  ['a comment that is no text', silence({ comment: 1 })],
  ['a flag that is no flag', silence({ matchers: [{ name: 'a', value: 'x', isRegex: 'no' }] }), 0.33],
  ['a silence that nobody has', silence({ id: NOBODY, ...matcher('a', 'x') })],
  ['a silence whose id is none', silence({ id: 'zz', ...matcher('a', 'x') })],
  ['a silence without time', silence({ ...matcher('a', 'x'), endsAt: DAY.startsAt })],
  ['a silence that is over', silence({ ...matcher('a', 'x'), endsAt: '2026-01-02T00:00:00Z' })],
  ['a silence is made', silence(matcher('team', 'ml'))],
  [
    'another is made, for later',
    silence({ ...matcher('a', 'x'), startsAt: '2098-01-01T00:00:00Z', endsAt: '2098-01-02T00:00:00Z' }),
  ],
  [
    'a negative one is made',
    silence({ matchers: [{ name: 'x', value: 'y|z', isRegex: true, isEqual: false }] }),
  ],
  ['silences are listed', { path: '/api/v2/silences' }],
  ['silences are filtered', { path: '/api/v2/silences?filter=team%3D%22ml%22' }],
  ['silences are filtered as they are written', { path: '/api/v2/silences?filter=team%3D~%22ml%22' }],
  ['silences are filtered badly', { path: '/api/v2/silences?filter=bad' }],
  ['silenced ones are left out', { path: '/api/v2/alerts?silenced=false' }],
  ['the first silence', { path: '/api/v2/silence/{0}' }],
  [
    'the first silence is made longer',
    silence({ id: '{0}', ...matcher('team', 'ml'), endsAt: '2099-02-01T00:00:00Z' }),
    0.33,
  ],
  ['the first silence ends', { method: 'DELETE', path: '/api/v2/silence/{0}' }],
  ['the first silence ends again', { method: 'DELETE', path: '/api/v2/silence/{0}' }],
  ['the pending silence ends', { method: 'DELETE', path: '/api/v2/silence/{1}' }],
  ['silences are listed by what is left of them', { path: '/api/v2/silences' }],
  ['a silence of no id', { path: '/api/v2/silence/zz' }],
  ['a silence that is not there', { path: `/api/v2/silence/${NOBODY}` }],
  ['a silence that is not there ends', { method: 'DELETE', path: `/api/v2/silence/${NOBODY}` }, 0.33],
  ['a silence of no id ends', { method: 'DELETE', path: '/api/v2/silence/zz' }],

  ['an address that is none', { path: '/api/v2/nope' }],
  ['a method that is none', { method: 'PUT', path: '/api/v2/alerts' }],
  ['a method of groups', { method: 'POST', path: '/api/v2/alerts/groups' }],
  ['a method of one silence', { method: 'PUT', path: `/api/v2/silence/${NOBODY}` }],
  ['it is healthy', { path: '/-/healthy' }],
  ['it is ready', { path: '/-/ready' }],
  ['it is ready for those who only ask', { method: 'HEAD', path: '/-/ready' }],
  ['reloading is not read', { path: '/-/reload' }],
];

/** Statuses that versions before 0.33 do not give. */
const ONLY_SINCE_033: Readonly<Record<string, number>> = {
  'a day': 200,
  'a name with a hyphen': 200,
  'a silence that is not there ends': 404,
};

const VOLATILE = new Set(['startsAt', 'updatedAt', 'endsAt']);
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function inWords(text: string, started: number): string {
  const apart = Math.abs(Date.parse(text) - started);
  if (apart < 120_000) return 'now';
  return Math.abs(apart - 300_000) < 120_000 ? 'five minutes from now' : text;
}

/** Ids by their number, and what depends on the clock in words. A form that is not Alertmanager's is kept and shows. */
function comparable(value: unknown, server: Server, started: number, key = ''): unknown {
  if (typeof value === 'string') {
    const known = server.silences.indexOf(value);
    if (known >= 0) return `silence ${known}`;
    const listed = /but \[(.*)\] are$/.exec(value)?.[1];
    // The real one lists them in no order.
    if (listed) return value.replace(listed, listed.split(',').toSorted().join());
    return VOLATILE.has(key) && ISO.test(value) ? inWords(value, started) : value;
  }
  if (Array.isArray(value)) {
    const list = value.map((item) => comparable(item, server, started));
    return key === 'silencedBy' ? list.map(String).toSorted(compareBytewise) : list;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, comparable(item, server, started, name)]),
  );
}

async function ask(server: Server, question: Question, started: number): Promise<Answer> {
  const fill = (text: string): string =>
    text.replace(/\{(\d)\}/, (_, index) => server.silences[Number(index)] ?? '');
  const { method = 'GET', headers = JSON_TYPE, body } = question;
  const text = body === undefined || typeof body === 'string' ? body : fill(JSON.stringify(body));
  const answer = await fetch(server.url + fill(question.path), {
    method,
    ...(method === 'GET' && !question.headers
      ? {}
      : { headers: question.headers ?? (text === undefined ? {} : headers) }),
    ...(text !== undefined && { body: text }),
  });
  const given = await answer.text();
  const type = answer.headers.get('content-type')?.split(';')[0];
  const parsed: unknown = type === 'application/json' ? JSON.parse(given) : given.trim();
  const made = (parsed as { readonly silenceID?: string } | null)?.silenceID;
  if (made !== undefined && !server.silences.includes(made)) server.silences.push(made);
  return {
    status: answer.status,
    ...(given !== '' && { type }),
    body: comparable(parsed, server, started),
  } as Answer;
}

/** An answer of ours as a version before 0.33 would have given it: without the fields that it does not know. */
function asBefore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asBefore);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  const receiver = Object.keys(fields).join() === 'labels,name';
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => name !== 'mutedBy' && !(receiver && name === 'labels'))
      .map(([name, item]) => [
        name,
        // Only a time interval kept this one quiet, of which it does not tell.
        name === 'status' && isMutedOnly(item)
          ? { ...(asBefore(item) as object), state: 'active' }
          : asBefore(item),
      ]),
  );
}

function isMutedOnly(status: unknown): boolean {
  const {
    mutedBy = [],
    silencedBy = [],
    inhibitedBy = [],
  } = status as Readonly<Record<string, readonly string[]>>;
  return mutedBy.length > 0 && silencedBy.length + inhibitedBy.length === 0;
}

describeWith(['alertmanager'], "Alertmanager's API", () => {
  let [real, ours, version, started]: [Server, Server, number, number] = [] as never;

  beforeAll(async () => {
    const { stdout, stderr } = spawnSync(requireBinary('alertmanager'), ['--version'], { encoding: 'utf8' });
    version = Number(/version (\d+\.\d+)/.exec(stdout + stderr)?.[1]);
    const [alertmanager, service] = await Promise.all([startAlertmanager(CONFIG), startTestService(CONFIG)]);
    real = { url: alertmanager.url, silences: [] };
    ours = { url: service.url, silences: [] };
    started = Date.now();
  }, 60_000);

  it.each(QUESTIONS)('%s: answered alike', async (sentence, question, since: number = 0) => {
    if (version >= since) {
      // The real one tells of groups and inhibitions a moment after it took the alerts.
      await eventually(
        async () => {
          const [theirs, answer] = [await ask(real, question, started), await ask(ours, question, started)];
          expect(version < 0.33 ? asBefore(answer) : answer).toEqual(theirs);
        },
        question.method === undefined ? 3000 : 0,
      );
      return;
    }
    // An older one answers in other words, and twice by another status.
    const [theirs, answer] = [await ask(real, question, started), await ask(ours, question, started)];
    expect(answer.status).toBe(ONLY_SINCE_033[sentence] ?? theirs.status);
  });

  it('tells of a configuration that Alertmanager loads, and without secrets', async () => {
    const original = async (url: string): Promise<string> => {
      const status = (await (await fetch(`${url}/api/v2/status`)).json()) as { config: { original: string } };
      return status.config.original;
    };
    const text = await original(ours.url);
    expect(text).not.toContain('hidden');
    const again = await startAlertmanager(text.replaceAll('<secret>', 'http://127.0.0.1:1/'));
    const parts = parse(await original(again.url)) as Readonly<Record<string, unknown>>;
    const expected = parse(await original(real.url)) as typeof parts;
    expect(parts['inhibit_rules']).toEqual(expected['inhibit_rules']);
    expect(parts['time_intervals']).toEqual(expected['time_intervals']);
    expect(parts['route']).toMatchObject({
      receiver: 'def',
      group_wait: '0s',
      routes: [{ continue: true }, {}],
    });
  });
});
