-- The page of an alert is found by its firing period, its timeline by its fingerprint.
create index alerts_episode on alerts (episode);
create index journal_fingerprint on journal (fingerprint, id desc) where fingerprint is not null;
