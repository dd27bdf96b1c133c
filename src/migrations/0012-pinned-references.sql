-- What a version of a model looked like once it had settled, or the model in a span of time: counts, frozen. Rows are never
-- changed; a new pin is a new revision, and the highest one is in force.
create table drift_references (
  model         text        not null,
  scope         text        not null,                   -- what is counted, where, and the span if it is fixed: JSON
  version       text        not null,                   -- model_version; empty where there is none, and for a fixed span
  revision      integer     not null check (revision > 0),
  fixed         boolean     not null,                   -- counted over a span somebody named, not over the version's own
  document      json        not null,                   -- drift-reference/1; json, not jsonb, keeps the text the checksum is of
  checksum      text        not null,                   -- sha256 of the document
  counted_from  timestamptz not null,
  counted_to    timestamptz not null,
  pinned_at     timestamptz not null,
  reason        text        not null,                   -- settled, or why it was pinned anew
  primary key (model, scope, version, revision)
);

-- Versions that wait to be frozen.
create table drift_settling (
  model        text        not null,
  scope        text        not null,
  version      text        not null,
  since        timestamptz not null,                    -- it has served without an alert of the model for so long
  below_since  timestamptz,                             -- it no longer has its share of the traffic
  repin        text,                                    -- why it is to be pinned anew; null the first time
  waits_for    text        not null,                    -- one sentence
  primary key (model, scope, version)
);
