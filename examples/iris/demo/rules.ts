/** Where the demo's own parts listen. */
export interface DemoAddresses {
  readonly slackUrlFile: string;
  readonly pagerdutyKeyFile: string;
  readonly pagerdutyUrl: string;
  readonly smtp: string;
  readonly pipelineUrl: string;
  readonly pipelineSecretFile: string;
  readonly referenceFile: string;
}

/**
 * What an operator would write for the iris model, over seconds instead of days so that it can be watched: labels arrive at once
 * here, and forty a second are plenty within half a minute. `sustained`: how long the accuracy must be bad before a run starts. rules/ shows the same for real life.
 */
export function demoRules(at: DemoAddresses, sustained: string): string {
  return `
models:
  - name: iris-classifier
    owner: team-flowers
    reference: { file: ${at.referenceFile} }

groups:
  - name: iris
    interval: 2s
    labels: { team: flowers }
    rules:
      - alert: IrisAccuracyLow
        accuracy: { model: iris-classifier, below: 92%, window: 20s, min_samples: 200 }
        for: 4s
        labels: { severity: critical }
        annotations:
          summary: '{{ $labels.model_name }} {{ $labels.model_version }} is right in {{ $value | humanizePercentage }} of its predictions'
      - alert: IrisInputDrift
        drift:
          model: iris-classifier
          features: { petal_length: 2, petal_width: 2, sepal_length: 1 }
          aggregate: { weighted_share: 40% }
          window: 20s
        labels: { severity: warning }
        annotations: { summary: 'inputs of {{ $labels.model_name }} look different from its training data' }
      - alert: IrisErrorRate
        error_rate: { model: iris-classifier, above: 5%, window: 30s }
        labels: { severity: critical }

policies:
  - name: iris-retrain
    model: iris-classifier
    mode: auto
    trigger: { any: [IrisAccuracyLow], sustained: ${sustained} }
    block_when: [IrisErrorRate]
    cooldown: 5m
    budget: { runs: 2, per: 1d }
    run: iris-training
    start_within: 30s
    finish_within: 1m
    verify: { new_version_within: 30s, soak: 10s, window: 30s, deadline: 2m, min_samples: 200 }

ci:
  - name: iris-training
    webhook:
      url: ${at.pipelineUrl}/runs
      status_url: ${at.pipelineUrl}/runs/{correlation_id}
      secret_file: ${at.pipelineSecretFile}

global:
  slack_api_url_file: ${at.slackUrlFile}
  pagerduty_url: ${at.pagerdutyUrl}
  smtp_smarthost: ${at.smtp}
  smtp_from: retune@example.org
  smtp_require_tls: false

route:
  receiver: team
  group_by: [alertname, model_name]
  group_wait: 0s
  group_interval: 2s
  repeat_interval: 1h
  routes:
    - { receiver: on-call, matchers: [severity="critical"], continue: true }
    - { receiver: team, matchers: [team=~".*"] }

receivers:
  - name: team
    slack_configs: [{ channel: '#flowers', send_resolved: true }]
    email_configs: [{ to: flowers@example.org, send_resolved: true }]
  - name: on-call
    pagerduty_configs: [{ routing_key_file: ${at.pagerdutyKeyFile} }]
`;
}
