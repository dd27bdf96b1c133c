import { describe, expect, it } from '@jest/globals';
import { BUILTIN_FUNCTIONS } from '../functions/builtins.js';
import { parseTemplates } from '../language/parser.js';
import { execute } from './execute.js';
import {
  CallFailure,
  Dict,
  List,
  STRING,
  Struct,
  type FunctionTable,
  type GoType,
  type Value,
} from './values.js';

/** A data model unlike that of alerts: alerts in lists, maps with methods, and a function of its own. */
const STRINGS: GoType = { name: '[]string', kind: 'list', elem: STRING };
const PAIRS: GoType = {
  name: 'template.Pairs',
  kind: 'list',
  elem: { name: 'template.Pair', kind: 'struct' },
  methods: new Map([
    [
      'Values',
      {
        params: [],
        call: (pairs: Value) =>
          new List(
            STRINGS,
            (pairs as List).items.map((pair) => field(pair, 'Value')),
          ),
      },
    ],
  ]),
};
const KV: GoType = {
  name: 'template.KV',
  kind: 'map',
  elem: STRING,
  methods: new Map([
    ['SortedPairs', { params: [], call: (kv: Value) => sortedPairs(kv as Dict) }],
    [
      'Remove',
      {
        params: [STRINGS],
        call: (kv: Value, [names]: readonly Value[]) => without(kv as Dict, names as List),
      },
    ],
  ]),
};
const ALERT: GoType = { name: 'template.Alert', kind: 'struct' };
const ALERTS: GoType = {
  name: 'template.Alerts',
  kind: 'list',
  elem: ALERT,
  methods: new Map([
    [
      'Firing',
      {
        params: [],
        call: (alerts: Value) =>
          new List(
            ALERTS,
            (alerts as List).items.filter((alert) => field(alert, 'Status') === 'firing'),
          ),
      },
    ],
  ]),
};
const DATA: GoType = { name: '*template.Data', kind: 'struct' };

function field(value: Value, name: string): Value {
  return (value as Struct).fields.get(name);
}

function kv(record: Record<string, string>): Dict {
  return new Dict(KV, new Map(Object.entries(record)));
}

function sortedPairs(map: Dict): List {
  const pair = (name: string): Struct =>
    new Struct(
      PAIRS.elem as GoType,
      new Map([
        ['Name', name],
        ['Value', map.get(name)],
      ]),
    );
  return new List(PAIRS, map.sortedKeys().map(pair));
}

function without(map: Dict, names: List): Dict {
  return new Dict(KV, new Map([...map.entries].filter(([name]) => !names.items.includes(name))));
}

const functions: FunctionTable = new Map([
  ...BUILTIN_FUNCTIONS,
  [
    'join',
    {
      params: [STRING, STRINGS],
      call: ([separator, list]) => ((list as List).items as readonly string[]).join(separator as string),
    },
  ],
  ['stringSlice', { params: [], rest: STRING, call: (items) => new List(STRINGS, items) }],
  [
    'refuse',
    {
      params: [],
      call: () => {
        throw new CallFailure('never');
      },
    },
  ],
]);

const alert = (Status: string, name: string): Struct =>
  new Struct(
    ALERT,
    new Map<string, Value>([
      ['Status', Status],
      ['Labels', kv({ alertname: name })],
    ]),
  );

const root = new Struct(
  DATA,
  new Map<string, Value>([
    ['Alerts', new List(ALERTS, [alert('firing', 'A'), alert('resolved', 'B'), alert('firing', 'C')])],
    ['CommonLabels', kv({ severity: 'page', alertname: 'A', team: 'ml' })],
  ]),
);

function run(source: string): string {
  const parsed = parseTemplates(source, 'message', { names: new Set(functions.keys()) });
  if (!parsed.ok) throw new Error(parsed.message);
  const outcome = execute(parsed.templates, functions, root);
  return outcome.ok ? outcome.text : outcome.message;
}

describe('the interpreter on another data model', () => {
  it.each([
    ['{{ .Alerts.Firing | len }}', '2'],
    ['{{ range .Alerts.Firing }}{{ .Labels.alertname }}{{ end }}', 'AC'],
    ['{{ .CommonLabels.SortedPairs.Values | join "/" }}', 'A/page/ml'],
    ['{{ with .CommonLabels.Remove (stringSlice "severity") }}{{ . }}{{ end }}', 'map[alertname:A team:ml]'],
    ['{{ join "," (stringSlice "x" "y") | printf "%q" }}', '"x,y"'],
    ['{{ .CommonLabels.SortedPairs }}', '[{alertname A} {severity page} {team ml}]'],
    [
      '{{ .CommonLabels.Remove }}',
      'template: message:1:16: executing "message" at <.CommonLabels.Remove>: wrong number of args for Remove: want 1 got 0',
    ],
    [
      '{{ .CommonLabels.severity 1 }}',
      'template: message:1:16: executing "message" at <.CommonLabels.severity>: severity is not a method but has arguments',
    ],
    [
      'é\né{{ refuse }}',
      'template: message:2:5: executing "message" at <refuse>: error calling refuse: never',
    ],
  ])('%s', (source, text) => {
    expect(run(source)).toBe(text);
  });
});
