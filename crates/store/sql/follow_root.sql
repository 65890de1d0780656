-- Everything below node $1 is of the tree of root $2.
WITH RECURSIVE below (id) AS (
  SELECT id FROM record WHERE parent = $1
  UNION
  SELECT r.id FROM record r JOIN below b ON r.parent = b.id
)
UPDATE record SET root = $2 WHERE id IN (SELECT id FROM below) AND root <> $2
