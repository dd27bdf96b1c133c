/**
 * Alertmanager's own templates by name, as far as they are for channels that Retune has; they give the text that
 * Alertmanager gives, which a contract test compares. `email.default.html` is no template: the mail's HTML is Retune's own.
 */
export const DEFAULT_DEFINITIONS = [
  define('__alertmanager', 'Alertmanager'),
  define('__alertmanagerURL', '{{ .ExternalURL }}/#/alerts?receiver={{ urlquery .Receiver }}'),
  define(
    '__subject',
    '[{{ toUpper .Status }}{{ with .Alerts.Firing }}:{{ len . }}{{ end }}] {{ join " " .GroupLabels.Values }} ' +
      '{{ if lt (len .GroupLabels) (len .CommonLabels) }}(' +
      '{{ join " " (.CommonLabels.Remove .GroupLabels.Names).Values }}){{ end }}',
  ),
  define('__description', ''),
  define(
    '__text_alert_list',
    '{{ range . }}Labels:\n{{ range $pair := .Labels.SortedPairs }} - {{ $pair.Name }} = {{ $pair.Value }}\n{{ end }}' +
      'Annotations:\n{{ range $pair := .Annotations.SortedPairs }} - {{ $pair.Name }} = {{ $pair.Value }}\n{{ end }}' +
      'Source: {{ .GeneratorURL }}\n{{ end }}',
  ),
  define('slack.default.title', '{{ template "__subject" . }}'),
  define('slack.default.username', '{{ template "__alertmanager" . }}'),
  define(
    'slack.default.fallback',
    '{{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}',
  ),
  define('slack.default.titlelink', '{{ template "__alertmanagerURL" . }}'),
  ...['callbackid', 'pretext', 'iconemoji', 'iconurl', 'text', 'footer'].map((name) =>
    define(`slack.default.${name}`, ''),
  ),
  define('pagerduty.default.description', '{{ template "__subject" . }}'),
  define('pagerduty.default.client', '{{ template "__alertmanager" . }}'),
  define('pagerduty.default.clientURL', '{{ template "__alertmanagerURL" . }}'),
  define('pagerduty.default.instances', '{{ template "__text_alert_list" . }}'),
  define('email.default.subject', '{{ template "__subject" . }}'),
].join('');

function define(name: string, body: string): string {
  return `{{ define ${JSON.stringify(name)} }}${body}{{ end }}`;
}
