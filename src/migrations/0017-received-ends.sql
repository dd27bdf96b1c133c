-- True where nobody named the end of a received alert: it is the receipt and resolve_timeout, and gives way to a named one.
alter table alerts add column end_assumed boolean;
