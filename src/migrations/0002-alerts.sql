-- One row per alert instance: a label set from one source. Resolved alerts stay until retention takes them.
create table alerts (
  source             text        not null,              -- rule key, or the part of Retune that raised it
  fingerprint        text        not null,              -- FNV-1a 64 of the label set, 16 hex digits
  episode            uuid        not null,              -- new for each firing period
  labels             jsonb       not null,
  annotations        jsonb       not null,
  state              text        not null check (state in ('pending', 'firing', 'resolved')),
  value              double precision,
  evidence           jsonb,
  generator_url      text,
  active_at          timestamptz not null,
  fired_at           timestamptz,
  keep_firing_since  timestamptz,
  resolved_at        timestamptz,
  ends_at            timestamptz,                       -- intake only: when it resolves unless it is sent again
  evaluated_at       timestamptz not null,
  primary key (source, fingerprint)
);
create index alerts_open on alerts (state) where state <> 'resolved';
create index alerts_expiry on alerts (ends_at) where state = 'firing' and ends_at is not null;

-- Every state change, written with the alert. Notifications and retraining are made from these rows.
create table transitions (
  id             bigint generated always as identity primary key,
  source         text        not null,
  fingerprint    text        not null,
  episode        uuid        not null,
  labels         jsonb       not null,
  annotations    jsonb       not null,
  from_state     text        not null,
  to_state       text        not null,
  reason         text        not null,
  value          double precision,
  evidence       jsonb,
  generator_url  text,
  starts_at      timestamptz not null,
  at             timestamptz not null,
  routed_at      timestamptz,                           -- taken by notifications
  considered_at  timestamptz                            -- taken by retraining
);
create index transitions_unrouted on transitions (id) where routed_at is null;
create index transitions_unconsidered on transitions (id) where considered_at is null;
create index transitions_alert on transitions (source, fingerprint, id);
