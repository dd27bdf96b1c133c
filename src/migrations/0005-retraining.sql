-- One open incident per model and version collects all its alerts; runs belong to incidents.
create table incidents (
  id             text primary key,                      -- inc-<ulid>
  model          text        not null,
  model_version  text        not null default '',
  opened_at      timestamptz not null,
  closed_at      timestamptz,
  close_reason   text,
  next_check_at  timestamptz
);
create unique index incidents_open on incidents (model, model_version) where closed_at is null;
create index incidents_due on incidents (next_check_at) where closed_at is null;

create table incident_alerts (
  incident_id    text        not null references incidents (id),
  source         text        not null,
  fingerprint    text        not null,
  episode        uuid        not null,
  alertname      text        not null,
  labels         jsonb       not null,
  evidence       jsonb,
  value          double precision,
  since          timestamptz not null,
  resolved_at    timestamptz,
  transition_id  bigint      not null,
  primary key (incident_id, source, fingerprint)
);

-- Why a run was started, and why not: each gate with its number.
create table retraining_decisions (
  id           bigint generated always as identity primary key,
  incident_id  text        not null references incidents (id),
  policy       text        not null,
  model        text        not null,
  at           timestamptz not null,
  decision     text        not null,                    -- dispatch | await_approval | suggest | hold
  reason       text        not null,
  gates        jsonb       not null,
  run_id       text
);
create index retraining_decisions_model on retraining_decisions (model, id desc);

-- A person's word that a model's circuit may close again.
create table circuit_resets (
  model      text primary key,
  reset_at   timestamptz not null,
  reset_by   text        not null
);

create table runs (
  id               text primary key,                    -- rt-<ulid>, the correlation id
  incident_id      text        not null references incidents (id),
  policy           text        not null,
  model            text        not null,
  ci               text        not null,                -- name of the ci target
  provider         text        not null,
  state            text        not null,
  reason           text,
  request          jsonb       not null,                -- what the pipeline is told
  verify           jsonb       not null,                -- the policy's verification, frozen at the decision
  baseline         jsonb       not null,                -- version, value and n at the decision
  verification     jsonb,                               -- the comparison, once there is one
  new_version      text,
  ci_ref           jsonb,
  ci_url           text,
  claimed_by       text,                                -- the pipeline run that was granted the claim
  callback_hash    text,                                -- sha256 of the per-run token
  attempt          integer     not null default 0,
  created_at       timestamptz not null,
  approved_by      text,
  sent_at          timestamptz,                         -- intent: a trigger may have left after this
  started_at       timestamptz,
  succeeded_at     timestamptz,
  version_seen_at  timestamptz,
  ended_at         timestamptz,
  next_check_at    timestamptz,                         -- when the dispatcher looks at it again
  checks           integer     not null default 0,      -- how often it did
  claimed_until    timestamptz                          -- a worker is at it until then
);
create unique index runs_one_active_per_model on runs (model) where ended_at is null;
create index runs_due on runs (next_check_at) where ended_at is null;
create index runs_model on runs (model, created_at desc);

-- When a person last closed a model's circuit breaker; runs that ended before no longer count against it.
