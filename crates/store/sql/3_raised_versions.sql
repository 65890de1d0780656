-- Version 3. How much of a lock_version came from saves of records that link here, and the numbers of inline records.
ALTER TABLE record ADD COLUMN raised INTEGER NOT NULL DEFAULT 0;
CREATE TABLE numbered (
  -- what is numbered, as telephone
  name TEXT NOT NULL,
  -- number of the first of its kind in the record; the others follow
  first INTEGER NOT NULL,
  id INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
  PRIMARY KEY (name, first)
) WITHOUT ROWID;
CREATE INDEX numbered_id ON numbered (id);
