SELECT r.id, r.uri, r.kind, rp.uri, r.state, r.lock_version, r.seq, r.created, r.created_by, r.modified,
  r.modified_by, r.title, r.label, r.identifier, r.level, r.dates, r.container, r.publish, r.suppressed,
  r.restricted, rt.uri, pa.uri, r.position, r.edits, r.moved, r.root, r.parent, r.repo
FROM record r
LEFT JOIN record rp ON rp.id = r.repo
LEFT JOIN record rt ON rt.id = r.root
LEFT JOIN record pa ON pa.id = r.parent
