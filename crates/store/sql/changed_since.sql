-- Operations after $2 that changed record $1 and still stand: neither taken back nor taking back one that is. The one
-- that is going on has no row of its own yet.
SELECT count(*) FROM revision v
LEFT JOIN operation o ON o.id = v.op
LEFT JOIN operation t ON t.id = o.undoes
WHERE v.record = $1 AND v.op > $2 AND coalesce(o.undone, 0) = 0 AND coalesce(t.undone, 0) = 0
