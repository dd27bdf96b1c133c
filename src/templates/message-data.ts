import {
  CallFailure,
  Dict,
  List,
  STRING,
  Struct,
  compareTexts,
  type GoMethod,
  type GoType,
  type Value,
} from './runtime/values.js';
import { timeOf } from './functions/time-values.js';

type Texts = Readonly<Record<string, string>>;

/** One alert as a message template sees it. Times are ISO 8601 in UTC. */
export interface MessageTemplateAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly startsAt: string;
  /** Absent while firing: then the year 1, as in Alertmanager. */
  readonly endsAt?: string | undefined;
  readonly generatorUrl: string;
  readonly fingerprint: string;
}

/** What a message template sees, Alertmanager's `template.Data`. https://prometheus.io/docs/alerting/latest/notifications/ */
export interface MessageTemplateData {
  /** Quoted for use as a regular expression, as Alertmanager hands it to templates. */
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly MessageTemplateAlert[];
  readonly groupLabels: Texts;
  readonly commonLabels: Texts;
  readonly commonAnnotations: Texts;
  readonly externalUrl: string;
  /** Alertmanager's words for why it is sent, such as `new alerts added` (since 0.32). */
  readonly notificationReason?: string | undefined;
}

const pairMethods = new Map<string, GoMethod>();
const kvMethods = new Map<string, GoMethod>();
const alertsMethods = new Map<string, GoMethod>();

/** Go: []string. */
export const TEXTS: GoType = { name: '[]string', kind: 'list', elem: STRING };
const PAIR: GoType = { name: 'template.Pair', kind: 'struct' };
const PAIRS: GoType = {
  name: 'template.Pairs',
  kind: 'list',
  elem: PAIR,
  methods: pairMethods,
  text: (pairs) => joined((pairs as List).items.map((pair) => [nameOf(pair), valueOf(pair)])),
};
const KV: GoType = {
  name: 'template.KV',
  kind: 'map',
  elem: STRING,
  methods: kvMethods,
  text: (kv) => joined(sorted(kv as Dict)),
};
const ALERT: GoType = { name: 'template.Alert', kind: 'struct' };
const ALERT_LIST: GoType = { name: '[]template.Alert', kind: 'list', elem: ALERT };
const ALERTS: GoType = { name: 'template.Alerts', kind: 'list', elem: ALERT, methods: alertsMethods };
const DATA: GoType = { name: 'template.Data', kind: 'struct' };

/** The root of a message template. */
export function messageData(data: MessageTemplateData): Struct {
  return new Struct(
    DATA,
    new Map<string, Value>([
      ['Receiver', data.receiver],
      ['Status', data.status],
      ['Alerts', new List(ALERTS, data.alerts.map(alertOf))],
      ['GroupLabels', kvOf(data.groupLabels)],
      ['CommonLabels', kvOf(data.commonLabels)],
      ['CommonAnnotations', kvOf(data.commonAnnotations)],
      ['ExternalURL', data.externalUrl],
      ['NotificationReason', data.notificationReason ?? ''],
    ]),
  );
}

function alertOf(alert: MessageTemplateAlert): Struct {
  return new Struct(
    ALERT,
    new Map<string, Value>([
      ['Status', alert.status],
      ['Labels', kvOf(alert.labels)],
      ['Annotations', kvOf(alert.annotations)],
      ['StartsAt', timeOf(nanosecondsOf(alert.startsAt))],
      ['EndsAt', timeOf(nanosecondsOf(alert.endsAt ?? '0001-01-01T00:00:00Z'))],
      ['GeneratorURL', alert.generatorUrl],
      ['Fingerprint', alert.fingerprint],
    ]),
  );
}

function kvOf(texts: Texts): Dict {
  return new Dict(KV, new Map(Object.entries(texts)));
}

/** Nanoseconds since 1970 of an ISO 8601 time. */
function nanosecondsOf(iso: string): bigint {
  const fraction = /\.(\d+)/.exec(iso)?.[1] ?? '';
  const whole = BigInt(Date.parse(iso.replace(/\.\d+/, '')));
  if (fraction === '') return whole * 1_000_000n;
  return whole * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}

type TextPair = readonly [string, string];

/** By name, except that the name of the alert comes first. */
function sorted(kv: Dict): readonly TextPair[] {
  const names = kv
    .sortedKeys()
    .toSorted((a, b) => Number(b === 'alertname') - Number(a === 'alertname') || compareTexts(a, b));
  return names.map((name) => [name, kv.get(name) as string]);
}

function joined(pairs: readonly TextPair[]): string {
  return pairs.map(([name, value]) => `${name}=${value}`).join(', ');
}

function nameOf(pair: Value): string {
  return (pair as Struct).fields.get('Name') as string;
}

function valueOf(pair: Value): string {
  return (pair as Struct).fields.get('Value') as string;
}

function textList(texts: readonly string[]): List {
  return new List(TEXTS, texts);
}

function pairsOf(kv: Dict): List {
  const pair = ([name, value]: TextPair): Struct =>
    new Struct(
      PAIR,
      new Map<string, Value>([
        ['Name', name],
        ['Value', value],
      ]),
    );
  return new List(PAIRS, sorted(kv).map(pair));
}

function without(kv: Dict, names: List): Dict {
  const gone = new Set(names.items);
  return new Dict(KV, new Map([...kv.entries].filter(([name]) => !gone.has(name))));
}

function withStatus(alerts: List, status: string): List {
  const wanted = alerts.items.filter((alert) => (alert as Struct).fields.get('Status') === status);
  return new List(ALERT_LIST, wanted);
}

pairMethods
  .set('Names', { params: [], call: (pairs) => textList((pairs as List).items.map(nameOf)) })
  .set('Values', { params: [], call: (pairs) => textList((pairs as List).items.map(valueOf)) })
  .set('String', { params: [], call: (pairs) => (PAIRS.text as (it: Value) => string)(pairs) });
kvMethods
  .set('SortedPairs', { params: [], call: (kv) => pairsOf(kv as Dict) })
  .set('Names', { params: [], call: (kv) => textList(sorted(kv as Dict).map(([name]) => name)) })
  .set('Values', { params: [], call: (kv) => textList(sorted(kv as Dict).map(([, value]) => value)) })
  .set('Remove', {
    params: [TEXTS],
    call: (kv, [names]) => {
      if (!(names instanceof List)) throw new CallFailure('expected a list of names');
      return without(kv as Dict, names);
    },
  })
  .set('String', { params: [], call: (kv) => joined(sorted(kv as Dict)) });
alertsMethods
  .set('Firing', { params: [], call: (alerts) => withStatus(alerts as List, 'firing') })
  .set('Resolved', { params: [], call: (alerts) => withStatus(alerts as List, 'resolved') });
