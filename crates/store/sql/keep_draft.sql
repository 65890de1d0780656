INSERT INTO draft (uri, kind, repo, doc, kept, seq)
VALUES ($1, $2, $3, $4, $5, coalesce((SELECT seq FROM record WHERE uri = $1), 0))
ON CONFLICT (uri) DO UPDATE SET doc = excluded.doc, kept = excluded.kept
