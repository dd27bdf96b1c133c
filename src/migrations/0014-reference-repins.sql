-- Versions that were proved better and are to be compared with themselves from then on: written by retraining, taken by evaluation.
create table reference_repins (
  id        bigint generated always as identity primary key,
  model     text        not null,
  version   text        not null,
  reason    text        not null,
  asked_at  timestamptz not null,
  taken_at  timestamptz
);
create index reference_repins_open on reference_repins (id) where taken_at is null;
