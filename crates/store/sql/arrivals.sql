SELECT v.id, v.record, v.change, v.doc, v.head, o.at
FROM revision v JOIN operation o ON o.id = v.op
WHERE v.op > $1 AND o.name = 'pull' AND v.change <> 4
ORDER BY v.id DESC LIMIT $2
