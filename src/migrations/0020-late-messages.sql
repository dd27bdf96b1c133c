-- Of an alert in a group: whether something kept it quiet, so that it is not told late; and how many firing periods before this one nobody heard of.
alter table group_alerts add column hushed boolean not null default false;
alter table group_alerts add column untold integer not null default 0;
-- Stored in case the message before it never arrives; never sent as it is.
alter table deliveries add column only_if_late boolean not null default false;
