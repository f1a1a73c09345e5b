-- What was pruned of runs, in the order in which it was: the marks that people see, and by which each host knows what to
-- remove from its disk. `part` is log, artifacts, or run: then nothing else is left of it.
CREATE TABLE prunings (
    id                 {id},
    run_id             BIGINT NOT NULL,
    part               TEXT NOT NULL,
    pruned_at          BIGINT NOT NULL,
    reason             TEXT NOT NULL
);
CREATE UNIQUE INDEX prunings_by_run ON prunings (run_id, part);

-- Runs before these have nothing of the part any more: nobody looks at them again. Whoever prunes holds the row.
CREATE TABLE retention_floors (
    part               TEXT NOT NULL PRIMARY KEY,
    run_id             BIGINT NOT NULL
);
INSERT INTO retention_floors (part, run_id) VALUES ('log', 1), ('artifacts', 1), ('run', 1);

ALTER TABLE run_details ADD COLUMN artifacts_bytes BIGINT NOT NULL DEFAULT 0;

-- Contents that nothing names, and since when: they go unless something names them again.
CREATE TABLE leaving_blobs (
    sha256             TEXT NOT NULL PRIMARY KEY,
    since              BIGINT NOT NULL
);
{search_forgets}
