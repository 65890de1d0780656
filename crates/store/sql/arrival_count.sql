-- A record that was merged counts as written here; its revision says who wrote what came.
SELECT count(DISTINCT v.record)
FROM revision v JOIN operation o ON o.id = v.op LEFT JOIN record r ON r.id = v.record
WHERE v.op > $1 AND o.name = 'pull' AND v.change <> 4
  AND (v.change IN (2, 3) OR r.modified_by <> $2 OR v.head LIKE '%"theirs_by"%')
