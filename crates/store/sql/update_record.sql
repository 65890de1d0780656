UPDATE record SET state = 0, raised = CASE WHEN lock_version = $1 THEN raised ELSE 0 END, lock_version = $1, seq = $2,
  modified = $3, modified_by = $4, title = $5, sort = $6, label = $7, identifier = $8, level = $9, dates = $10,
  container = $11, publish = $12, restricted = $13, edits = $14
WHERE id = $15
