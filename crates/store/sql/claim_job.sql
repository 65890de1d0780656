-- The oldest job that waits and of whose type none is running.
UPDATE job SET status = 'running', started = $1, attempts = attempts + 1
WHERE id = (
  SELECT q.id FROM job q
  WHERE q.status = 'queued' AND NOT EXISTS (SELECT 1 FROM job r WHERE r.status = 'running' AND r.type = q.type)
  ORDER BY q.id LIMIT 1)
RETURNING id
