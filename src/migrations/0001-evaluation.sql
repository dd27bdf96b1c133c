-- Rule groups as the clock sees them: when each is due, who holds the current slot.
create table rule_groups (
  key            text primary key,                      -- file;name
  interval_ms    bigint      not null check (interval_ms > 0),
  offset_ms      bigint      not null check (offset_ms >= 0),
  next_due_at    timestamptz not null,                  -- the next slot
  running_slot   timestamptz,                           -- the slot being evaluated now
  running_until  timestamptz,                           -- when the holder of running_slot counts as dead
  last_slot      timestamptz,                           -- fencing: results for an older slot are discarded
  missed_total   bigint      not null default 0,
  last_duration_ms double precision,
  active         boolean     not null default true      -- false once its file or group is gone
);
create index rule_groups_due on rule_groups (next_due_at) where active;

-- Health of each rule, changed by every evaluation, never by an alert.
create table rule_health (
  rule_key        text primary key,                     -- group key;index;alert name
  group_key       text        not null,
  health          text        not null,                 -- unknown | ok | error | no_data | insufficient_data | stale
  last_error      text,
  last_slot       timestamptz,
  duration_ms     double precision,
  series          integer     not null default 0
);
create index rule_health_group on rule_health (group_key);
