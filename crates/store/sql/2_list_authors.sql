-- Version 2. Who made and changed controlled lists and their values, and when.
ALTER TABLE enumeration ADD COLUMN created_by TEXT;
ALTER TABLE enumeration ADD COLUMN modified_by TEXT;
ALTER TABLE enum_value ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
ALTER TABLE enum_value ADD COLUMN created_by TEXT;
ALTER TABLE enum_value ADD COLUMN modified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE enum_value ADD COLUMN modified_by TEXT;
ALTER TABLE enum_value ADD COLUMN lock_version INTEGER NOT NULL DEFAULT 0;
UPDATE enum_value SET
  created = (SELECT e.created FROM enumeration e WHERE e.id = list),
  modified = (SELECT e.modified FROM enumeration e WHERE e.id = list);
