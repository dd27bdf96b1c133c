-- Who is not told for a while, and who said so. Whether one holds follows from its times; ended ones stay until retention takes them.
create table silences (
  id           uuid        primary key,
  matchers     jsonb       not null,                    -- as the API writes them: name, value, isRegex, isEqual
  starts_at    timestamptz not null,
  ends_at      timestamptz not null,
  created_by   text        not null,
  comment      text        not null,
  annotations  jsonb       not null,
  updated_at   timestamptz not null
);
create index silences_end on silences (ends_at);
