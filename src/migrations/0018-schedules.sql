-- When a policy asks for a run without any alert: the next time, claimed once over all processes.
create table retraining_schedules (
  policy      text primary key,
  pattern     text        not null,                    -- cron and zone that next_at follows from
  next_at     timestamptz not null,
  check_at    timestamptz not null,                    -- when somebody looks at the row again
  told_until  timestamptz                              -- until then people are told what the last time led to
);
create index retraining_schedules_due on retraining_schedules (check_at);

-- Who asked for a decision when no alert had to: `schedule`, or `person ` and a name.
alter table retraining_decisions add column asked_by text;

-- Decisions look at what fires for one model.
create index alerts_firing_model on alerts ((labels->>'model_name')) where state = 'firing';
