-- Published records of kind $1, which live in no repository, by the repositories in which they are used.
SELECT p.uri, count(DISTINCT d.id)
FROM record d JOIN ref f ON f.dst = d.id JOIN record s ON s.id = f.src JOIN record p ON p.id = s.repo
WHERE d.kind = $1 AND d.repo IS NULL AND d.state = 0 AND d.publish = 1 AND d.suppressed = 0
  AND f.prop <> 'linked_records'
GROUP BY p.id
