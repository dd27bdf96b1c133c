-- Heartbeats that are expected from elsewhere: when one was last seen, and since when somebody listens.
create table heartbeat_watches (
  name        text        primary key,
  since       timestamptz not null,
  checked_at  timestamptz not null,
  last_seen   timestamptz
);
