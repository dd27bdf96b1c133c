import { beforeAll, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { fingerprint } from '../../../src/alerts/fingerprint.js';
import type { Labels } from '../../../src/alerts/labels.js';
import { allRoutes, compileRoutes, matchRoutes } from '../../../src/routing/compile-routes.js';
import { groupOf } from '../../../src/routing/grouping.js';
import { buildInhibitionIndex, compileInhibitRules, inhibitedBy } from '../../../src/routing/inhibition.js';
import { InhibitRules, RouteTree } from '../../../src/routing/route.schema.js';
import { saveSilence } from '../../../src/routing/save-silence.js';
import { NewSilence } from '../../../src/routing/silence.schema.js';
import { type Silence, silencedBy } from '../../../src/routing/silence.js';
import { startAlertmanager, type TestAlertmanager } from '../../support/alertmanager.js';
import { describeWith } from '../../support/binaries.js';
import { CaptureServer } from '../../support/capture-server.js';
import { eventually } from '../../support/eventually.js';

jest.setTimeout(60_000);

/** An alert as Alertmanager lists it. */
interface ListedAlert {
  readonly labels: Labels;
  readonly fingerprint: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: { readonly inhibitedBy: readonly string[]; readonly silencedBy: readonly string[] };
}

const ROUTE = {
  receiver: 'default',
  group_by: ['alertname', 'value'],
  group_wait: '0s',
  // A group may be flushed before the inhibitor of its first alert is known; the next flush must not be far.
  group_interval: '1s',
  routes: [
    { matchers: ['team="ml"', 'severity=~"c.*"'], receiver: 'ml', continue: true },
    {
      match: { team: 'ml' },
      group_by: ['...'],
      receiver: 'ml-all',
      routes: [{ matchers: ['value=~".*\\"q\\\\.*"'], receiver: 'ml-quotes' }],
    },
    { matchers: ['team!="ml"', 'severity!=""'], receiver: 'rest', routes: [{ receiver: 'rest-below' }] },
  ],
};
const RULES = [
  {
    source_matchers: ['severity="critical"'],
    target_matchers: ['severity=~"warning|info"'],
    equal: ['team', 'zone'],
  },
  { source_match: { alertname: 'Down' }, target_match_re: { alertname: 'A.+' }, equal: ['zone'] },
  { source_matchers: ['team="ml"', 'severity="info"'], target_matchers: ['team="ml"'], equal: ['alertname'] },
];

const word = (...words: readonly string[]) => fc.constantFrom('', ...words);
const ALERT = fc.record({
  alertname: word('Acc', 'Drift', 'Down'),
  team: word('ml', 'ops'),
  severity: word('critical', 'warning', 'info'),
  zone: word('a', 'b'),
  value: word('plain', 'say "q\\"', 'tab\tline\nend', 'é 😀', '\u00a0\u200b\u0001', 'a=1, b="2"'),
});

const ALERTS: readonly Labels[] = [
  ...new Map(
    fc
      .sample(ALERT, { numRuns: 150, seed: 20260902 })
      .map((set) => Object.fromEntries(Object.entries(set).filter(([, value]) => value !== '')))
      .filter((set) => Object.keys(set).length > 0)
      .map((set) => [fingerprint(set), set]),
  ).values(),
];

const silenceOn = (name: string, value: string, isRegex: boolean, isEqual: boolean): object => ({
  matchers: [{ name, value, isRegex, isEqual }],
  startsAt: new Date(Date.now() - 60_000).toISOString(),
  endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  createdBy: 'ada',
  comment: 'c',
});

describeWith(['alertmanager'], 'Alertmanager and this service agree', () => {
  let alertmanager: TestAlertmanager;
  let webhooks: CaptureServer;
  const root = compileRoutes(RouteTree.parse(ROUTE));
  const rules = compileInhibitRules(InhibitRules.parse(RULES));
  const index = buildInhibitionIndex(
    rules,
    ALERTS.map((labels) => ({ fingerprint: fingerprint(labels), labels })),
  );
  const inhibitors = (labels: Labels): readonly string[] =>
    inhibitedBy(labels, fingerprint(labels), rules, index);

  async function post(
    path: string,
    body: unknown,
  ): Promise<{ readonly status: number; readonly body: string }> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${alertmanager.url}/api/v2/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.text() };
  }
  const get = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${alertmanager.url}/api/v2/${path}`)).json()) as T;
  const listed = (): Promise<readonly ListedAlert[]> => get('alerts');
  const postSilence = async (body: object): Promise<string> =>
    JSON.parse((await post('silences', body)).body).silenceID;

  /** Every alert with one fact about it; Alertmanager takes alerts in behind its answer, so it may need a moment. */
  async function compare(
    told: (alert: ListedAlert) => unknown,
    known: (labels: Labels) => unknown,
  ): Promise<void> {
    const expected = new Map(ALERTS.map((labels) => [fingerprint(labels), { labels, fact: known(labels) }]));
    await eventually(async () => {
      const facts = (await listed()).map(
        (alert) => [alert.fingerprint, { labels: alert.labels, fact: told(alert) }] as const,
      );
      expect(new Map(facts)).toEqual(expected);
    });
  }

  beforeAll(async () => {
    webhooks = await CaptureServer.start();
    const receivers = [...new Set(allRoutes(root).map(({ receiver }) => receiver))].map((name) => ({
      name,
      webhook_configs: [{ url: webhooks.url }],
    }));
    alertmanager = await startAlertmanager({ route: ROUTE, inhibit_rules: RULES, receivers });
    const posted = await post(
      'alerts',
      ALERTS.map((labels) => ({ labels })),
    );
    expect(posted.status).toBe(200);
  });

  it('on the fingerprint and the receivers of alerts', async () => {
    await compare(
      (alert) => alert.receivers.map(({ name }) => name),
      (labels) => matchRoutes(root, labels).map(({ receiver }) => receiver),
    );
  });

  it('on which alerts are inhibited, and each inhibitor it names is one of ours', async () => {
    await compare(
      (alert) => alert.status.inhibitedBy.length > 0,
      (labels) => inhibitors(labels).length > 0,
    );
    const inhibited = (await listed()).filter(({ status }) => status.inhibitedBy.length > 0);
    const strangers = inhibited.filter(({ labels, status }) =>
      status.inhibitedBy.some((name) => !inhibitors(labels).includes(name)),
    );
    expect(strangers).toEqual([]);
    expect(inhibited.length).toBeGreaterThan(20);
  });

  it('on the keys of groups', async () => {
    const keys = (labels: readonly Labels[]): ReadonlySet<string> =>
      new Set(labels.flatMap((set) => matchRoutes(root, set).map((route) => groupOf(route, set).displayKey)));
    const told = (): ReadonlySet<string> =>
      new Set(webhooks.json().map((body) => (body as { groupKey: string }).groupKey));
    // Groups whose alerts are all inhibited may have spoken before their inhibitor came: never under another key.
    const speaking = keys(ALERTS.filter((labels) => inhibitors(labels).length === 0));
    const possible = keys(ALERTS);
    await eventually(() => expect([...speaking].filter((key) => !told().has(key))).toEqual([]));
    expect([...told()].filter((key) => !possible.has(key))).toEqual([]);
    expect(speaking.size).toBeGreaterThan(20);
  });

  it('on which silences hold', async () => {
    const silences: Silence[] = [];
    for (const body of [
      silenceOn('team', 'ml', false, true),
      silenceOn('zone', 'a|b', true, false),
      silenceOn('value', '(?s).*\n.*', true, true),
      silenceOn('severity', '', false, false),
    ]) {
      const saved = saveSilence(NewSilence.parse(body), undefined, new Date(), await postSilence(body));
      if (!saved.ok) throw new Error(saved.error.message);
      silences.push(saved.silence);
    }
    const now = new Date();
    await compare(
      (alert) => alert.status.silencedBy.toSorted(),
      (labels) => silencedBy(labels, silences, now).toSorted(),
    );
  });

  it.each<[what: string, over: object]>([
    ['no matcher', { matchers: [] }],
    ['an end before its start', { endsAt: new Date(Date.now() - 3_600_000).toISOString() }],
    ['an end in the past', { startsAt: '2020-01-01T00:00:00Z', endsAt: '2020-01-02T00:00:00Z' }],
    ['a bad pattern', { matchers: [{ name: 'a', value: '(', isRegex: true, isEqual: true }] }],
    [
      'a matcher that matches emptiness alone',
      { matchers: [{ name: 'a', value: '', isRegex: false, isEqual: true }] },
    ],
    ['an unknown id', { id: '00000000-0000-4000-8000-000000000000' }],
  ])('on refusing a silence with %s', async (_what, over) => {
    const body = { ...silenceOn('team', 'x', false, true), ...over };
    expect((await post('silences', body)).status).not.toBe(200);
    expect(saveSilence(NewSilence.parse(body), undefined, new Date(), 'new').ok).toBe(false);
  });

  it('on when an edit keeps the id', async () => {
    const first = silenceOn('team', 'nobody', false, true);
    const id = await postSilence(first);
    const { startsAt } = await get<{ readonly startsAt: string }>(`silence/${id}`);
    const saved = saveSilence(NewSilence.parse({ ...first, startsAt }), undefined, new Date(startsAt), id);
    if (!saved.ok) throw new Error(saved.error.message);
    const keptByUs = (body: object): boolean => {
      const edited = saveSilence(NewSilence.parse(body), saved.silence, new Date(), 'new');
      return edited.ok && edited.silence.id === id;
    };
    const longer = { ...first, id, startsAt, endsAt: new Date(Date.now() + 7_200_000).toISOString() };
    const moved = { ...longer, startsAt: new Date(Date.now() - 600_000).toISOString() };
    for (const [body, keeps] of [
      [longer, true],
      [{ ...longer, comment: 'other' }, true],
      [moved, false],
    ] as const) {
      expect([keptByUs(body), (await postSilence(body)) === id]).toEqual([keeps, keeps]);
    }
  });
});
