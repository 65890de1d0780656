INSERT INTO record (id, kind, repo, uri, state, lock_version, seq, created, created_by, modified, modified_by,
  title, sort, label, identifier, level, dates, container, publish, restricted,
  root, parent, position, edits, suppressed, moved)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
  $24, $25, $26)
