-- Published records that refer to $1 by the property $2: their kind, and the node above them.
SELECT s.kind, s.parent
FROM record d
JOIN ref f ON f.dst = d.id
JOIN record s ON s.id = f.src
LEFT JOIN record r ON r.id = s.root
LEFT JOIN record p ON p.id = s.repo
WHERE d.uri = $1 AND f.prop = $2
  AND s.publish = 1 AND s.suppressed = 0
  AND (r.id IS NULL OR (r.publish = 1 AND r.suppressed = 0))
  AND (p.id IS NULL OR p.publish = 1)
