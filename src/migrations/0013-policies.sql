-- What a policy may ask for besides cooldown and number: cost, groups of models, several approvals, and what follows an end.
alter table runs
  add column policy_revision    text,                   -- which form of the policy decided
  add column concurrency_group  text,                   -- shares its places with runs of other models
  add column approval           jsonb,                  -- who may approve and how many have to, frozen at the decision
  add column approvals          jsonb,                  -- who did, and when
  add column outcomes           jsonb,                  -- what each end leads to, frozen at the decision
  add column cost_reserved      double precision,       -- the policy's estimate, spent from the decision on
  add column cost_reported      double precision,       -- what the pipeline says it cost; takes the estimate's place
  add column rolls_back         text;                   -- the run that made things worse, if this one undoes it
create index runs_group on runs (concurrency_group) where ended_at is null and concurrency_group is not null;
create index runs_incident on runs (incident_id);

alter table retraining_decisions
  add column policy_revision  text,
  add column seen_at          timestamptz,              -- when the same was decided last
  add column times            integer     not null default 1;
create index retraining_decisions_incident on retraining_decisions (incident_id, policy, id desc);

-- Alerts that would have asked for a run of their own while one was active: they count as reasons of that one.
create table run_reasons (
  run_id       text        not null references runs (id),
  fingerprint  text        not null,
  incident_id  text        not null,
  policy       text        not null,
  alertname    text        not null,
  labels       jsonb       not null,
  evidence     jsonb,
  at           timestamptz not null,
  primary key (run_id, fingerprint)
);
