-- Published records of kind $1 by the repository that they are in.
SELECT p.uri, count(*)
FROM record d JOIN record p ON p.id = d.repo
WHERE d.kind = $1 AND d.state = 0 AND d.publish = 1 AND d.suppressed = 0
GROUP BY p.id
