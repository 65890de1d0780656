INSERT INTO conflict (id, reason, theirs, lock_version, by, at, fields, found)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, theirs = excluded.theirs,
  lock_version = excluded.lock_version, by = excluded.by, at = excluded.at, fields = excluded.fields,
  found = excluded.found
