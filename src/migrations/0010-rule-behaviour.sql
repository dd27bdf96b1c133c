-- Rules that do more than those of Prometheus.

-- What a rule observed to raise an alert, and how often in a row its series were missed.
alter table alerts
  add column observed text,                             -- fingerprint of the labels before the rule's own were laid over
  add column missing  smallint;                         -- evaluations in a row without its series
-- Alerts that fire get another value at every evaluation: room for that within the page spares the indexes.
alter table alerts set (fillfactor = 70);

-- Written only when something changes. When a group was last evaluated stands in rule_groups, what a rule measured in
-- evaluation_history.
alter table rule_health
  drop column last_slot,
  drop column duration_ms,
  drop column series,
  add column warning     text,                          -- what works and is not as meant, such as alerts that were cut
  add column since       timestamptz,                   -- the slot that began this health
  add column evaluations integer not null default 0;    -- failures, or evaluations without data, in a row; counted up to a few

-- Alerts a channel was told of as firing and that have got worse since.
alter table notification_log add column escalated text[] not null default '{}';
