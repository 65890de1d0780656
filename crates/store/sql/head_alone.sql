SELECT r.id, r.uri, r.kind, r.repo, r.state, r.lock_version, r.seq, r.created, r.created_by, r.modified,
  r.modified_by, r.title, r.label, r.identifier, r.level, r.dates, r.container, r.publish, r.suppressed,
  r.restricted, r.root, r.parent, r.position, r.edits, r.moved, r.raised,
  h.uri, o.uri, p.uri
FROM record r
LEFT JOIN record h ON h.id = r.repo
LEFT JOIN record o ON o.id = r.root
LEFT JOIN record p ON p.id = r.parent
