SELECT at, by, action, uri, change, op, address, detail FROM (
  SELECT * FROM (
    SELECT o.at AS at, o.by AS by, o.name AS action,
      coalesce((SELECT r.uri FROM record r WHERE r.id = v.record),
        (SELECT max(g.uri) FROM gone g WHERE g.id = v.record)) AS uri,
      v.change AS change, o.id AS op, NULL AS address, NULL AS detail, v.id AS line
    FROM operation o JOIN revision v ON v.op = o.id
    WHERE o.at >= $1 AND ($2 IS NULL OR o.by = $2) AND {record}
    ORDER BY o.id DESC, v.id DESC LIMIT $4
  ) AS changes
  UNION ALL
  SELECT * FROM (
    SELECT a.at, a.by, a.action, a.uri, NULL, NULL, a.address, a.detail, a.id
    FROM audit a
    WHERE a.at >= $1 AND ($2 IS NULL OR a.by = $2) AND ($3 IS NULL OR a.uri = $3)
    ORDER BY a.id DESC LIMIT $4
  ) AS others
) AS lines ORDER BY at DESC, line DESC LIMIT $5 OFFSET $6
