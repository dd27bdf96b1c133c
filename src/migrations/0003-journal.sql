-- What happened and why, for people. Append-only.
create table journal (
  id           bigint generated always as identity primary key,
  at           timestamptz not null,
  kind         text        not null,
  summary      text        not null,                    -- one sentence
  reason       text,                                    -- a word of a closed set
  model        text,
  rule         text,
  fingerprint  text,
  receiver     text,
  run_id       text,
  details      jsonb       not null default '{}'
);
create index journal_at on journal (at desc, id desc);
create index journal_model on journal (model, id desc) where model is not null;
create index journal_run on journal (run_id, id) where run_id is not null;
