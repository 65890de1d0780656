-- Version 1. Times are milliseconds since 1970; a record's address never repeats.
CREATE TABLE kind (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- Named numbers: the sequence, the next row, the last number given per kind.
CREATE TABLE counter (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;

-- Narrow: lists, trees, feeds and sync never read bodies.
CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL REFERENCES kind,
  -- row of the repository; without REFERENCES, since its check would scan
  repo INTEGER,
  uri TEXT NOT NULL UNIQUE,
  -- 0 held, 1 stub (a link target without body), 2 hidden (the global repository)
  state INTEGER NOT NULL DEFAULT 0,
  lock_version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  created INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  modified INTEGER NOT NULL,
  modified_by TEXT NOT NULL,
  title TEXT NOT NULL,
  -- title folded for sorting
  sort TEXT NOT NULL,
  -- title without its dates, where that differs
  label TEXT,
  identifier TEXT,
  level TEXT,
  dates TEXT,
  container TEXT,
  publish INTEGER NOT NULL DEFAULT 0,
  suppressed INTEGER NOT NULL DEFAULT 0,
  restricted INTEGER NOT NULL DEFAULT 0,
  root INTEGER REFERENCES record,
  -- the root itself for the nodes of the top level
  parent INTEGER REFERENCES record,
  -- sparse: only the order among siblings means anything
  position INTEGER,
  edits INTEGER NOT NULL DEFAULT 0,
  moved INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX record_seq ON record (seq);
CREATE INDEX record_tree ON record (root, parent, position) WHERE root IS NOT NULL;
CREATE INDEX record_parent ON record (parent) WHERE parent IS NOT NULL;
CREATE INDEX record_list ON record (kind, repo, sort);
CREATE INDEX record_modified ON record (kind, modified);
CREATE INDEX record_unsent ON record (id) WHERE edits > 0 OR moved > 0;

CREATE TABLE body (
  id INTEGER PRIMARY KEY REFERENCES record ON DELETE CASCADE,
  -- the JSON, compressed
  doc BLOB NOT NULL,
  -- what the server has, while edits > 0
  base BLOB
);

CREATE TABLE ref (
  src INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
  prop TEXT NOT NULL,
  pos INTEGER NOT NULL,
  role TEXT,
  dst INTEGER NOT NULL REFERENCES record,
  PRIMARY KEY (src, prop, pos)
) WITHOUT ROWID;
CREATE INDEX ref_dst ON ref (dst, src);

-- Values that must not repeat: (rule, scope, value). Not unique by the
-- database, since two computers may make the same value apart.
CREATE TABLE identity (
  rule TEXT NOT NULL,
  scope INTEGER NOT NULL,
  value TEXT NOT NULL,
  id INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
  PRIMARY KEY (rule, scope, value, id)
) WITHOUT ROWID;
CREATE INDEX identity_id ON identity (id);

CREATE TABLE gone (
  uri TEXT NOT NULL PRIMARY KEY,
  -- row that the record had
  id INTEGER NOT NULL,
  kind INTEGER NOT NULL REFERENCES kind,
  repo INTEGER,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  lock_version INTEGER NOT NULL,
  title TEXT NOT NULL,
  moved_to TEXT,
  -- deleted here, not yet on the server
  unsent INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX gone_seq ON gone (seq);

CREATE TABLE conflict (
  id INTEGER PRIMARY KEY REFERENCES record ON DELETE CASCADE,
  reason TEXT NOT NULL,
  -- the server's document; none when it was removed there
  theirs BLOB,
  lock_version INTEGER NOT NULL,
  by TEXT,
  at TEXT,
  fields TEXT NOT NULL,
  found INTEGER NOT NULL
);

CREATE TABLE refusal (
  id INTEGER PRIMARY KEY REFERENCES record ON DELETE CASCADE,
  code TEXT NOT NULL,
  args TEXT NOT NULL,
  at INTEGER NOT NULL
);

CREATE TABLE draft (
  uri TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  repo TEXT,
  doc BLOB NOT NULL,
  kept INTEGER NOT NULL,
  -- seq of the saved record when the draft was begun
  seq INTEGER NOT NULL
);

CREATE TABLE cursor (
  source TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE setting (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

-- Records that got another title at a change: the index names them in those that link to them.
CREATE TABLE renamed (
  id INTEGER PRIMARY KEY REFERENCES record ON DELETE CASCADE,
  seq INTEGER NOT NULL
);
CREATE INDEX renamed_seq ON renamed (seq);

-- Addresses that changed: local ones that the server numbered.
CREATE TABLE redirect (
  old TEXT NOT NULL PRIMARY KEY,
  new TEXT NOT NULL
);

CREATE TABLE operation (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  records INTEGER NOT NULL,
  title TEXT NOT NULL,
  -- the operation that this one takes back
  undoes INTEGER,
  undone INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE revision (
  id INTEGER PRIMARY KEY,
  op INTEGER NOT NULL,
  record INTEGER NOT NULL,
  -- 0 created, 1 updated, 2 deleted, 3 moved, 4 touched by the change of another
  change INTEGER NOT NULL,
  -- the document before; none when it was created or only moved
  doc BLOB,
  -- the rest of the row before, as JSON
  head TEXT,
  -- of a deleted record with edits: what the server had
  base BLOB
);
CREATE INDEX revision_record ON revision (record, id);
CREATE INDEX revision_op ON revision (op);

CREATE TABLE enumeration (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  editable INTEGER NOT NULL,
  default_value TEXT,
  lock_version INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL
);
CREATE TABLE enum_value (
  id INTEGER PRIMARY KEY,
  list INTEGER NOT NULL REFERENCES enumeration ON DELETE CASCADE,
  value TEXT NOT NULL,
  position INTEGER NOT NULL,
  suppressed INTEGER NOT NULL DEFAULT 0,
  read_only INTEGER NOT NULL DEFAULT 0,
  UNIQUE (list, value)
);

-- Server. A user and a group are records; these rows are what logging in and permissions ask for.
CREATE TABLE account (
  id INTEGER PRIMARY KEY REFERENCES record ON DELETE CASCADE,
  username TEXT NOT NULL UNIQUE,
  password TEXT,
  admin INTEGER NOT NULL DEFAULT 0,
  system INTEGER NOT NULL DEFAULT 0,
  active INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE grp (
  id INTEGER PRIMARY KEY REFERENCES record ON DELETE CASCADE,
  repo INTEGER NOT NULL REFERENCES record,
  code TEXT NOT NULL,
  UNIQUE (repo, code)
);
CREATE TABLE grp_permission (
  grp INTEGER NOT NULL REFERENCES grp ON DELETE CASCADE,
  code TEXT NOT NULL,
  PRIMARY KEY (grp, code)
) WITHOUT ROWID;
CREATE TABLE member (
  grp INTEGER NOT NULL REFERENCES grp ON DELETE CASCADE,
  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  PRIMARY KEY (grp, account)
) WITHOUT ROWID;
CREATE INDEX member_account ON member (account);
CREATE TABLE session (
  token BLOB NOT NULL PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  created INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  expiring INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE idempotency (
  key TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  status INTEGER NOT NULL,
  reply TEXT NOT NULL
) WITHOUT ROWID;
