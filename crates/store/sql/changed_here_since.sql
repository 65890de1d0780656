-- As changed_since.sql, without what a sync did.
SELECT count(*) FROM revision v
LEFT JOIN operation o ON o.id = v.op
LEFT JOIN operation t ON t.id = o.undoes
WHERE v.record = $1 AND v.op > $2 AND coalesce(o.undone, 0) = 0 AND coalesce(t.undone, 0) = 0
  AND coalesce(o.name, '') NOT IN ('pull', 'push', 'sync')
