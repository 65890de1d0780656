-- Version 6. Lookups that scanned: an identifier of a repository, the records of a kind in the order in which they were
-- made, deletions since a time, the siblings that are shown, whether anything is suppressed.
CREATE INDEX record_identifier ON record (kind, repo, identifier) WHERE identifier IS NOT NULL;
CREATE INDEX record_kind ON record (kind, repo, state, id, suppressed, publish);
CREATE INDEX gone_at ON gone (at);
CREATE INDEX record_suppressed ON record (repo) WHERE suppressed = 1;
DROP INDEX record_tree;
CREATE INDEX record_tree ON record (root, parent, position, id, suppressed, publish) WHERE root IS NOT NULL;
