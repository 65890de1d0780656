-- Published nodes that are in tree $2 under rule $1.
SELECT r.id, r.uri, r.parent, r.position
FROM identity i JOIN record r ON r.id = i.id
WHERE i.rule = $1 AND i.scope = $2 AND r.publish = 1 AND r.suppressed = 0
