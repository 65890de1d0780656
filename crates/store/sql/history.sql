SELECT v.id, v.op, coalesce(o.name, ''), v.doc, v.head
FROM revision v LEFT JOIN operation o ON o.id = v.op
WHERE v.record = $1 AND v.doc IS NOT NULL AND v.head IS NOT NULL
ORDER BY v.id DESC
