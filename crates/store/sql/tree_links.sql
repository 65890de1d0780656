-- Published nodes of tree $1 that refer by $2 to a record of kind $3.
SELECT DISTINCT s.id, s.uri
FROM record s JOIN ref f ON f.src = s.id JOIN record d ON d.id = f.dst
WHERE s.root = $1 AND f.prop = $2 AND d.kind = $3 AND s.publish = 1 AND s.suppressed = 0
