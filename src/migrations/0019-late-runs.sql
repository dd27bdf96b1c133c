alter table runs
  add column found_at    timestamptz,                   -- when a run whose answer was lost was found in the CI system
  add column doubted_at  timestamptz,                   -- when a request of unknown fate was last taken for lost; it may still arrive
  add column dismissed   jsonb;                         -- ids of CI runs besides the adopted one that were stopped, or needed no stopping

-- Runs that are over are looked at as well, while anything of theirs may still run in the CI system.
drop index runs_due;
create index runs_due on runs (next_check_at) where next_check_at is not null;
