SELECT j.id, r.uri, j.type, j.doc, j.params, j.owner, j.status, j.submitted, j.started, j.finished, j.attempts,
  EXISTS (SELECT 1 FROM job_record c WHERE c.job = j.id AND c.change = 1),
  (SELECT count(*) FROM job q WHERE q.status = 'queued' AND q.id < j.id)
FROM job j JOIN record r ON r.id = j.repo
