UPDATE record SET created = coalesce($1, created), created_by = coalesce($2, created_by),
  modified = coalesce($3, modified), modified_by = coalesce($4, modified_by)
WHERE id = $5
