alter table runs
  add column send_after  timestamptz,                   -- refused for now: not to be sent again before
  add column duplicates  jsonb;                         -- found besides the adopted run, still to be cancelled in the CI system
