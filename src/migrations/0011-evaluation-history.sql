-- The last hundred evaluations of each group: a ring, so that it stays as large as it is, and one row per evaluation.
create table evaluation_history (
  group_key    text             not null,
  position     smallint         not null,               -- number of the slot modulo 100
  slot         timestamptz      not null,
  duration_ms  double precision not null,               -- from the slot to the result
  missed       integer          not null,               -- slots that passed unevaluated just before
  rules        jsonb            not null,               -- end of rule key → what it came to
  primary key (group_key, position)
);
-- Every evaluation writes over a row: room for that within the page spares the index.
alter table evaluation_history set (fillfactor = 50);
