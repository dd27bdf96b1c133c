import type { MessageTemplateData } from '../../../src/templates/message-data.js';

/** Templates for messages, by what they are about. `needs`: functions that old versions lack. */
export interface MessageCase {
  readonly about: string;
  readonly template: string;
  readonly html?: true;
  readonly needs?: readonly string[];
}

const text = (about: string, ...templates: readonly string[]): readonly MessageCase[] =>
  templates.map((template) => ({ about, template }));
const since = (
  needs: readonly string[],
  about: string,
  ...templates: readonly string[]
): readonly MessageCase[] => templates.map((template) => ({ about, template, needs }));
const html = (about: string, ...templates: readonly string[]): readonly MessageCase[] =>
  templates.map((template) => ({ about, template, html: true as const }));

/** What operators write. */
export const MESSAGE_CASES: readonly MessageCase[] = [
  ...text(
    'data',
    '{{ .Receiver }} {{ .Status }} {{ .ExternalURL }}',
    '{{ len .Alerts }} {{ len .Alerts.Firing }} {{ .Alerts.Resolved | len }}',
    '{{ .GroupLabels.alertname }}|{{ .CommonLabels.nope }}|{{ .CommonAnnotations.summary }}',
    '{{ range .Alerts }}{{ .Status }} {{ .Labels.i }} {{ .Annotations.summary }} {{ .GeneratorURL }} {{ .Fingerprint }};{{ end }}',
    '{{ range $i, $a := .Alerts.Firing }}{{ $i }}={{ $a.Labels.alertname }}{{ else }}none{{ end }}',
    '{{ range .Alerts.Resolved }}{{ .StartsAt }} {{ .EndsAt }}{{ else }}none{{ end }}',
    '{{ (index .Alerts 0).StartsAt.Format "2006-01-02 15:04:05.000 Z07:00" }}',
    '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
    '{{ .Nope }}',
    '{{ .Alerts.Nope }}',
    '{{ (index .Alerts 0).Nope }}',
    '{{ index .Alerts 9 }}',
    '{{ printf "%T %T %T %T" .Alerts .Alerts.Firing .CommonLabels (index .Alerts 0) }}',
    '{{ printf "%T %T %T" .CommonLabels.SortedPairs .CommonLabels.Names (index .Alerts 0).StartsAt }}',
    '{{ template "nope" . }}',
    '{{ define "own" }}<{{ .Status }}>{{ end }}{{ template "own" . }}',
    '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] {{ .GroupLabels.alertname }}',
  ),
  ...text(
    'pairs',
    '{{ range .CommonLabels.SortedPairs }}{{ .Name }}={{ .Value }} {{ . }};{{ end }}',
    '{{ .CommonLabels.Names }} {{ .CommonLabels.Values }}',
    '{{ .CommonLabels.SortedPairs.Names | join "," }} {{ .GroupLabels.SortedPairs.Values | join " " }}',
    '{{ (.CommonLabels.Remove .GroupLabels.Names).Values | join " " }}',
    '{{ with .CommonLabels.Remove (stringSlice "job" "sev") }}{{ .Names }}{{ end }}',
    '{{ .CommonLabels.Remove "job" }}',
    '{{ range $name, $value := .CommonLabels }}{{ $name }}:{{ $value }} {{ end }}',
    '{{ index .CommonLabels "alertname" }} {{ len .CommonLabels }}',
    '{{ if gt (len .CommonLabels) (len .GroupLabels) }}more{{ end }}',
  ),
  ...text(
    'functions',
    '{{ toUpper "straße éa" }} {{ toLower "ÀB" }}',
    '{{ title "it\'s a BIG word-x foo_bar éa 3d" }}',
    '{{ stringSlice "a" "b" | join "-" }} {{ stringSlice }}',
    '{{ match "^A.b" .GroupLabels.alertname }} {{ match "x" "y" }}',
    '{{ match "(" "y" }}',
    '{{ reReplaceAll "([a-z])" "<$1>" "abC" }} {{ reReplaceAll "(a)(b)" "$2$1" "abab" }}',
    '{{ reReplaceAll "(.*)://([^/]+).*" "$2" .ExternalURL }}',
    '{{ safeHtml "<b>" }}',
    '{{ join "," "a" }}',
    '{{ toUpper }}',
    '{{ toUpper 1 }}',
    '{{ urlquery "a b&c" }} {{ html "<a>" }} {{ js "it\'s" }}',
    '{{ humanize 5 }}',
    '{{ print 1 2 "x" }} {{ println 3 }} {{ len "äb" }} {{ slice "abc" 1 2 }}',
  ),
  ...since(
    ['urlUnescape'],
    'later functions',
    '{{ urlUnescape "a%2Bb+c" }}',
    '{{ urlUnescape "a%zz" }}',
    '{{ urlUnescape "%4" }}',
  ),
  ...since(
    ['trimSpace'],
    'later functions',
    String.raw`[{{ trimSpace " \t a b \n" }}]`,
    '{{ range .Alerts }}{{ .Annotations.summary | trimSpace | toUpper }}{{ end }}',
  ),
  ...since(
    ['date', 'tz'],
    'later functions',
    '{{ range .Alerts }}{{ .StartsAt | date "Mon Jan _2 15:04:05 2006" }};{{ end }}',
    '{{ range .Alerts }}{{ .StartsAt | tz "Europe/Berlin" | date "Mon Jan _2 15:04:05.000 MST 2006 -0700 Z07:00" }};{{ end }}',
    '{{ range .Alerts }}{{ tz "America/Sao_Paulo" .StartsAt }};{{ tz "America/New_York" .EndsAt }};{{ end }}',
    '{{ range .Alerts }}{{ (tz "Asia/Kolkata" .StartsAt).Hour }} {{ tz "Asia/Kathmandu" .StartsAt }} {{ tz "" .StartsAt }}{{ end }}',
    '{{ tz "Europe/London" (index .Alerts 0).StartsAt }} {{ tz "Australia/Sydney" (index .Alerts 0).StartsAt }}',
    '{{ tz "Nope/X" (index .Alerts 0).StartsAt }}',
    '{{ date "2006" "x" }}',
  ),
  ...since(
    ['humanizeDuration', 'since'],
    'later functions',
    '{{ humanizeDuration 3661.5 }} {{ humanizeDuration "90" }} {{ humanizeDuration 0.25 }} {{ humanizeDuration 0 }}',
    '{{ humanizeDuration "x" }}',
    '{{ printf "%T" (since (index .Alerts 0).StartsAt) }} {{ gt (since (index .Alerts 0).StartsAt).Seconds 1.0 }}',
  ),
  ...since(
    ['toJson'],
    'later functions',
    '{{ toJson .Alerts }}',
    '{{ toJson .CommonLabels }} {{ toJson .CommonLabels.SortedPairs }}',
    '{{ .Alerts.Firing | toJson }} {{ (index .Alerts 0).StartsAt | toJson }}',
    '{{ toJson "<&>\u2028" }} {{ toJson 1.5 }} {{ toJson 3 }} {{ toJson true }} {{ toJson (stringSlice "a") }} {{ toJson nil }}',
  ),
  ...since(
    ['list', 'append', 'dict'],
    'later functions',
    '{{ list 1 "a" 2.5 }} {{ append (list 1) 2 3 }} {{ len (list) }}',
    '{{ dict "a" 1 "b" (list 1 "x") | toJson }} {{ (dict "k" "v").k }}',
    '{{ dict "a" }}',
    '{{ dict 1 2 }}',
    '{{ $l := list }}{{ range .Alerts }}{{ $l = append $l .Fingerprint }}{{ end }}{{ toJson $l }}',
  ),
  // Since 0.27 pairs have a text of their own; Go 1.19, which 0.25 was built with, wrote an empty value without quotes as nothing.
  ...since(
    ['tz'],
    'texts of later versions',
    '{{ with index .Alerts 0 }}{{ .Labels }} {{ .Annotations }} {{ .StartsAt.Year }}{{ end }}',
    '{{ .CommonLabels }}',
    '{{ .GroupLabels.SortedPairs }}',
    '{{ printf "%v %s %q" .GroupLabels .GroupLabels.alertname .Receiver }}',
  ),
  ...html(
    'html of later versions',
    '<a t={{ .CommonAnnotations.summary }} u={{ .Status }}>',
    '{{ .CommonLabels }} {{ 1.5 }} [{{ .CommonLabels.nope }}] {{ (index .Alerts 0).StartsAt }}',
    '<!DOCTYPE html><html><img src="{{ .ExternalURL }}/x.png" alt={{ .Receiver }}></html>',
  ).map((entry) => ({ ...entry, needs: ['tz'] })),
  ...html(
    'html',
    '<p>{{ .CommonAnnotations.summary }}</p>',
    '<p title="{{ .CommonAnnotations.summary }}" class=\'{{ .Status }}\'>',
    '<a href="{{ .CommonAnnotations.runbook }}">x</a>',
    '<a href="{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver }}">{{ .ExternalURL }}</a>',
    '<a href="https://x/?q={{ .CommonAnnotations.runbook }}&r={{ .CommonAnnotations.summary }}">',
    '<a href="/a/{{ .CommonAnnotations.summary }}/b">',
    '<a href="{{ "javascript:alert(1)" }}"><a href="{{ "mailto:x@y" }}"><a href="{{ "/rel:x" }}">',
    '{{ safeHtml "<b>&amp;</b>" }}<p title="{{ safeHtml "<b>x&amp;y" }}">',
    '<!-- gone {{ .Status }} -->stays<!-- and gone -->',
    '<td style="color: {{ .Status }}; width: {{ .CommonAnnotations.summary }}">',
    '<style>p { color: {{ .Status }} }</style>{{ "<" }}',
    '<title>{{ .CommonAnnotations.summary }}{{ safeHtml "<b>&amp;" }}</title><textarea>{{ safeHtml "<b>x" }}</textarea>{{ safeHtml "<i>" }}',
    '<p {{ .Status }}="x" {{ .CommonAnnotations.summary }}>',
    '1 < 2 <{{ .Status }}> <br/> a{{ "<" }}',
    '{{ html "<" }} {{ "<" | html }} {{ "a b" | urlquery }}',
    '<table>{{ range .Alerts }}<tr style="background: {{ if eq .Status "firing" }}#f00{{ else }}#0f0{{ end }}"><td>{{ .Labels.alertname }}</td></tr>{{ end }}</table>',
    '{{ range .Alerts }}{{ range .Annotations.SortedPairs }}<b>{{ .Name }}</b>: {{ .Value }}<br>{{ end }}{{ end }}',
    '{{ define "x" }}<i>{{ . }}</i>{{ end }}{{ template "x" "<" }}<b title="{{ "a" }}&{{ "\\"b\\"" }}">',
  ),
];

const ALERTS: MessageTemplateData['alerts'] = [
  {
    status: 'firing',
    labels: { alertname: 'A<b', zone: 'a b', sev: 'crit', job: 'j', i: '1' },
    annotations: { summary: ' s1 ', d: 'multi\nline' },
    startsAt: '2026-01-02T03:04:05.678Z',
    generatorUrl: 'http://p/graph?g0.expr=up%3D1&x=y',
    fingerprint: 'aaaa',
  },
  {
    status: 'firing',
    labels: { alertname: 'A<b', i: '2', Zoë: 'ä' },
    annotations: {},
    startsAt: '2026-07-02T03:04:05Z',
    generatorUrl: 'http://p2',
    fingerprint: 'bb',
  },
  {
    status: 'resolved',
    labels: { alertname: 'A<b', i: '3' },
    annotations: { summary: 's3' },
    startsAt: '2025-12-31T23:59:59.123456789Z',
    endsAt: '2026-07-02T04:04:05Z',
    generatorUrl: '',
    fingerprint: 'cc',
  },
];

/** Several alerts, one that is over, one that is empty in places. */
export const MESSAGE_DATA: readonly MessageTemplateData[] = [
  {
    receiver: 'team\\+x',
    status: 'firing',
    alerts: ALERTS,
    groupLabels: { alertname: 'A<b', zone: 'a b' },
    commonLabels: { alertname: 'A<b', zone: 'a b', sev: 'crit', job: 'j' },
    commonAnnotations: { summary: 'it\'s "x" & <y> + z', runbook: 'https://r/?a=b&c=d e' },
    externalUrl: 'https://am.example.org/x',
  },
  {
    receiver: 'ops',
    status: 'resolved',
    alerts: ALERTS.slice(2),
    groupLabels: {},
    commonLabels: { alertname: 'A<b', i: '3' },
    commonAnnotations: { summary: '</p><script>', runbook: 'javascript:x' },
    externalUrl: '',
  },
  {
    receiver: '',
    status: 'firing',
    alerts: ALERTS.slice(0, 1),
    groupLabels: { alertname: 'A<b' },
    commonLabels: ALERTS[0]?.labels ?? {},
    commonAnnotations: {},
    externalUrl: 'http://[::1]:9093/ä b?x=(1)',
  },
];
