-- Version 4. Work that the server does by itself, one job after the other, with the files that came with it and its log.
CREATE TABLE job (
  -- number in the address
  id INTEGER PRIMARY KEY,
  repo INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
  type TEXT NOT NULL,
  -- what is to be done, JSON
  doc TEXT NOT NULL,
  params TEXT,
  owner TEXT NOT NULL,
  -- queued, running, completed, failed, canceled
  status TEXT NOT NULL,
  submitted INTEGER NOT NULL,
  started INTEGER,
  finished INTEGER,
  -- how often it was begun and not ended in order
  attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX job_status ON job (status, id);
CREATE INDEX job_repo ON job (repo, id);
CREATE TABLE job_file (
  id INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
  -- 0 came with the job, 1 made by it
  made INTEGER NOT NULL,
  name TEXT NOT NULL,
  data BLOB NOT NULL
);
CREATE INDEX job_file_job ON job_file (job, id);
-- The log in pieces, each with the byte that it begins at.
CREATE TABLE job_log (
  job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
  at INTEGER NOT NULL,
  text BLOB NOT NULL,
  PRIMARY KEY (job, at)
) WITHOUT ROWID;
CREATE TABLE job_record (
  id INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
  uri TEXT NOT NULL,
  -- 0 created, 1 changed
  change INTEGER NOT NULL,
  UNIQUE (job, uri)
);
