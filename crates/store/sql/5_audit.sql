-- Version 5. What was done that is no change of a record: logins, passwords, what accounts and groups may do. Lines are
-- only added, and forgotten when they are old; none holds text of records.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  action TEXT NOT NULL,
  uri TEXT,
  -- where the request came from
  address TEXT,
  -- JSON
  detail TEXT
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX gone_id ON gone (id);
