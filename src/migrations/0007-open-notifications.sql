-- Alerts a channel was told of as firing and that were kept quiet when it was told of others: they may still be called resolved.
alter table notification_log add column open text[] not null default '{}';
