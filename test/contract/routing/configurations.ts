/** Hand-written routing trees in Alertmanager's own spelling, with the words that label sets are drawn from. */
export interface RoutingCase {
  readonly name: string;
  readonly yaml: string;
  readonly vocabulary: Readonly<Record<string, readonly string[]>>;
}

/** The shape most teams have: by team, then by severity. */
const TEAMS: RoutingCase = {
  name: 'teams and severities',
  yaml: `
route:
  receiver: default
  group_by: [alertname]
  routes:
    - matchers: ['team="flowers"']
      receiver: flowers
      routes:
        - matchers: ['severity="critical"']
          receiver: flowers-pager
        - matchers: ['severity=~"warning|info"']
          receiver: flowers-chat
    - matchers: ['team=~"fraud.*"']
      receiver: fraud
      continue: true
      routes:
        - matchers: ['severity!="info"', 'model_name!~"shadow-.+"']
          receiver: fraud-pager
    - matchers: ['severity="critical"']
      receiver: on-call
`,
  vocabulary: {
    team: ['flowers', 'fraud', 'fraud-eu', 'nobody', ''],
    severity: ['critical', 'warning', 'info', ''],
    model_name: ['iris', 'shadow-iris', 'shadow-', ''],
  },
};

/** Several destinations for one alert: continue at every depth. */
const CONTINUE: RoutingCase = {
  name: 'continue at every depth',
  yaml: `
route:
  receiver: root
  routes:
    - matchers: ['a=~"1|2|3"']
      receiver: a
      continue: true
      routes:
        - { matchers: ['a=1'], receiver: a1, continue: true }
        - { matchers: ['b=1'], receiver: a-b1, continue: true, routes: [{ matchers: ['c=1'], receiver: a-b1-c1 }] }
        - { matchers: ['b=1', 'c=1'], receiver: a-b1c1 }
        - { matchers: ['b=1'], receiver: a-late }
    - matchers: ['b!=2']
      receiver: b
      continue: true
    - matchers: ['a=1']
      continue: true
    - matchers: ['c=~".+"']
      receiver: c
    - matchers: []
      receiver: rest
    - matchers: ['a=3']
      receiver: unreachable
`,
  vocabulary: { a: ['', '1', '2', '3', '4'], b: ['', '1', '2'], c: ['', '1', '2'] },
};

/** The deprecated maps, alone and mixed with matchers. */
const DEPRECATED: RoutingCase = {
  name: 'match and match_re',
  yaml: `
route:
  receiver: default
  routes:
    - match: { service: db, env: prod }
      receiver: db-prod
    - match_re: { service: 'db|cache', owner: 'team-[XY]' }
      receiver: store
      routes:
        - match: { owner: team-X }
          receiver: store-x
        - match_re: { owner: '(?i)TEAM-y' }
          receiver: store-y
    - match: { service: web }
      match_re: { env: 'prod|stage' }
      matchers: ['owner!=""']
      receiver: web-owned
    - match: { owner: '' }
      receiver: orphans
`,
  vocabulary: {
    service: ['db', 'cache', 'web', ''],
    env: ['prod', 'stage', 'dev', ''],
    owner: ['team-X', 'team-Y', 'team-y', 'TEAM-Y', ''],
  },
};

/** RE2 corners: anchoring, flags, classes, line breaks, emptiness, alternation that leaves its group. */
const PATTERNS: RoutingCase = {
  name: 'patterns',
  yaml: String.raw`
route:
  receiver: default
  routes:
    - { matchers: ['v=~"a.c"'], receiver: dot, continue: true }
    - { matchers: ['v=~"(?s)a.c"'], receiver: dotall, continue: true }
    - { matchers: ['v=~"(?i)abc"'], receiver: fold, continue: true }
    - { matchers: ['v=~"a|b"'], receiver: either, continue: true }
    - { matchers: ['v=~"a)|(b"'], receiver: leaky, continue: true }
    - { matchers: ['v=~"^a$"'], receiver: anchored, continue: true }
    - { matchers: ['v=~"\\d+"'], receiver: digits, continue: true }
    - { matchers: ['v=~"\\pL+"'], receiver: letters, continue: true }
    - { matchers: ['v=~"[[:upper:]]+\\z"'], receiver: upper, continue: true }
    - { matchers: ['v=~"a\\Q.\\Ec"'], receiver: quoted, continue: true }
    - { matchers: ['v=~""'], receiver: empty-pattern, continue: true }
    - { matchers: ['v=~".*"'], receiver: anything, continue: true }
    - { matchers: ['v!~".+"'], receiver: nothing, continue: true }
    - { matchers: ['v=~"a|"'], receiver: maybe-a, continue: true }
    - { matchers: ['v=~"(?:ab){1,2}(?P<tail>c?)"'], receiver: counted, continue: true }
    - { matchers: ['v!~"(?U)a+b??"'], receiver: not-lazy, continue: true }
    - { matchers: ['v=~"."'], receiver: one-character, continue: true }
`,
  vocabulary: {
    v: [
      '',
      'a',
      'b',
      'ab',
      'abc',
      'ABC',
      'Abc',
      'a.c',
      'axc',
      'a\nc',
      'a\n',
      '12',
      '1',
      'é',
      'ÉCOLE',
      'ABAB',
      'abab',
      'ababc',
      'ac',
      '😀',
      ' ',
      'a b',
      'aab',
    ],
  },
};

/** Values that need escapes, both when they are configured and when they arrive. */
const ESCAPES: RoutingCase = {
  name: 'quotes, escapes and spaces',
  yaml: String.raw`
route:
  receiver: default
  routes:
    - { matchers: ['{path="C:\\temp",os=~"win.*"}'], receiver: windows }
    - { matchers: ['quote="say \"hi\""'], receiver: quoted }
    - { matchers: ['quote=bare'], receiver: bare, continue: true }
    - { matchers: [' path = "/a,b" , os != "" '], receiver: comma }
    - { matchers: ['path=~"/[a-c]{1,2}/\w+"'], receiver: single-escape }
    - { matchers: ['quote="two\nlines"'], receiver: lines }
    - { matchers: ['quote=ä ö'], receiver: umlauts }
    - { matchers: ['path='], receiver: no-path }
`,
  vocabulary: {
    path: ['', 'C:\\temp', 'C:\temp', '/a,b', '/ab/x', '/abc/x', '/a/x_1'],
    os: ['', 'windows', 'linux'],
    quote: ['', 'say "hi"', 'bare', '"bare"', 'two\nlines', 'two\\nlines', 'ä ö'],
  },
};

export const ROUTING_CASES: readonly RoutingCase[] = [TEAMS, CONTINUE, DEPRECATED, PATTERNS, ESCAPES];
