INSERT INTO gone (uri, id, kind, repo, seq, at, lock_version, title, unsent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (uri) DO UPDATE SET id = excluded.id, seq = excluded.seq, at = excluded.at,
  lock_version = excluded.lock_version, title = excluded.title, unsent = excluded.unsent
