-- What changed below the tests root: the record of who did it through Proctor, and a place for it among the events.

-- The bytes that the hashes name are files in the data directory.
CREATE TABLE file_changes (
    id                 {id},
    kind               TEXT NOT NULL,
    path               TEXT NOT NULL,
    sha256             TEXT,
    size               BIGINT,
    replaced_sha256    TEXT,
    moved_from         TEXT,
    changed_by         TEXT,
    changed_at         BIGINT NOT NULL
);
CREATE INDEX file_changes_by_path ON file_changes (path, id);
CREATE INDEX file_changes_by_origin ON file_changes (moved_from, id) WHERE moved_from IS NOT NULL;

ALTER TABLE events ADD COLUMN path TEXT;

-- The tests root as it was when the run was asked for, by its hash.
ALTER TABLE run_details ADD COLUMN snapshot TEXT;
