-- A notification group: the alerts that one route of one receiver sends together.
create table notification_groups (
  id             text primary key,                      -- hash of route id + group labels
  route_id       text        not null,
  receiver       text        not null,
  display_key    text        not null,                  -- Alertmanager's groupKey text
  group_labels   jsonb       not null,
  next_flush_at  timestamptz not null,
  flushed_at     timestamptz
);
create index notification_groups_due on notification_groups (next_flush_at);

create table group_alerts (
  group_id       text        not null references notification_groups (id) on delete cascade,
  source         text        not null,
  fingerprint    text        not null,
  episode        uuid        not null,
  status         text        not null check (status in ('firing', 'resolved')),
  labels         jsonb       not null,
  annotations    jsonb       not null,
  value          double precision,
  evidence       jsonb,
  generator_url  text,
  starts_at      timestamptz not null,
  ends_at        timestamptz,
  transition_id  bigint      not null,                  -- the row it was made from; older ones never overwrite it
  primary key (group_id, source, fingerprint)
);
create index group_alerts_alert on group_alerts (source, fingerprint);

-- What each channel of a receiver was last told about a group.
create table notification_log (
  group_id     text        not null,
  channel      text        not null,                    -- receiver/type/index
  receiver     text        not null,
  firing       text[]      not null,
  resolved     text[]      not null,
  reason       text        not null,
  delivery_id  uuid        not null,                    -- what told it; if that dies, so does this entry
  notified_at  timestamptz not null,
  expires_at   timestamptz not null,
  primary key (group_id, channel)
);
create index notification_log_expiry on notification_log (expires_at);

-- One message to one target. The row is the truth; the queue only carries its id.
create table deliveries (
  seq            bigint generated always as identity primary key,
  id             uuid        not null unique,           -- Idempotency-Key, webhook-id, Message-ID
  group_id       text        not null,
  channel        text        not null,                  -- receiver/type/index
  channel_type   text        not null,
  receiver       text        not null,
  order_key      text        not null,                  -- deliveries with one order key never overtake each other
  status         text        not null,                  -- firing | resolved
  state          text        not null,                  -- queued | sending | retrying | delivered | superseded | dead
  message        jsonb       not null,
  attempts       integer     not null default 0,
  created_at     timestamptz not null,
  enqueued_at    timestamptz,
  next_attempt_at timestamptz,
  claimed_until  timestamptz,                           -- an attempt is under way until then
  finished_at    timestamptz,
  outcome        text,
  reason         text,
  detail         text,
  external_id    text
);
create index deliveries_unsent on deliveries (order_key, seq) where finished_at is null;
create index deliveries_unenqueued on deliveries (seq) where enqueued_at is null and finished_at is null;
create index deliveries_recent on deliveries (created_at desc);
