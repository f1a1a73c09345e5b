-- The first 64 bits of the SHA-256 of its file as it ran: results of the same bytes can be told from others.
ALTER TABLE run_tests ADD COLUMN file_key BIGINT;
ALTER TABLE run_tests ADD COLUMN started_at BIGINT;

-- What finished runs say of each test case, by day (days since 1970 UTC) on which they ended.
CREATE TABLE test_days (
    nodeid_key         BIGINT NOT NULL,
    day                BIGINT NOT NULL,
    good               BIGINT NOT NULL,
    bad                BIGINT NOT NULL,
    -- Of those with a duration: how many, together, and the longest.
    timed              BIGINT NOT NULL,
    duration_ms        DOUBLE PRECISION NOT NULL,
    longest_ms         DOUBLE PRECISION NOT NULL,
    last_run_id        BIGINT NOT NULL,
    PRIMARY KEY (nodeid_key, day)
){clustered};
INSERT INTO test_days (nodeid_key, day, good, bad, timed, duration_ms, longest_ms, last_run_id)
SELECT t.nodeid_key, r.finished_at / 86400000,
       SUM(CASE WHEN t.outcome IN ('passed', 'xfailed', 'xpassed') THEN 1 ELSE 0 END),
       SUM(CASE WHEN t.outcome IN ('failed', 'error', 'lost') THEN 1 ELSE 0 END),
       COUNT(t.duration_ms), COALESCE(SUM(t.duration_ms), 0), COALESCE(MAX(t.duration_ms), 0), MAX(t.run_id)
FROM run_tests t JOIN runs r ON r.id = t.run_id
WHERE r.state = 'finished' AND t.outcome NOT IN ('skipped', 'running')
GROUP BY t.nodeid_key, r.finished_at / 86400000;

CREATE INDEX runs_by_rerun ON runs (rerun_of) WHERE rerun_of IS NOT NULL;

-- What people say about a run, or about one of its test cases.
CREATE TABLE comments (
    id                 {id},
    run_id             BIGINT NOT NULL,
    nodeid             TEXT,
    author             TEXT NOT NULL,
    text               TEXT,
    url                TEXT,
    created_at         BIGINT NOT NULL
);
CREATE INDEX comments_by_run ON comments (run_id, id);
ALTER TABLE runs ADD COLUMN comments BIGINT NOT NULL DEFAULT 0;

-- The operator's webhooks as serve was started with them, each with the outcomes of which it is told; and what is still
-- to be told. Where they are and their secrets are in the configuration only.
CREATE TABLE webhooks (
    name               TEXT NOT NULL,
    outcome            TEXT NOT NULL,
    PRIMARY KEY (name, outcome)
);
CREATE TABLE outbox (
    id                 {id},
    run_id             BIGINT NOT NULL,
    webhook            TEXT NOT NULL,
    attempts           BIGINT NOT NULL,
    next_at            BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (next_at, id);
