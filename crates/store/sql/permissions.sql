SELECT rp.uri, p.code
FROM member m
JOIN grp g ON g.id = m.grp
JOIN grp_permission p ON p.grp = g.id
JOIN record rp ON rp.id = g.repo
WHERE m.account = $1
