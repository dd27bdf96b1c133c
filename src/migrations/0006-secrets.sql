-- Random keys that every replica must share, made once per installation.
create table installation_keys (
  name   text primary key,
  key    bytea not null
);
