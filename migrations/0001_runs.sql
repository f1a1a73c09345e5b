-- One schema for both databases. Tokens in braces are the few differences; src/store/dialect.rs fills them in.

CREATE TABLE environments (
    id                 BIGINT NOT NULL PRIMARY KEY,
    name               TEXT NOT NULL,
    description        TEXT NOT NULL,
    labels             TEXT NOT NULL,
    variables          TEXT NOT NULL,
    maintenance        TEXT,
    -- The lease: who holds the environment, since when (UTC ms), until when (lease clock, ms), and its fence number.
    holder_run_id      BIGINT,
    holder_worker_id   BIGINT,
    held_since         BIGINT,
    lease_until        BIGINT,
    epoch              BIGINT NOT NULL,
    -- The queue position that the next submitted run gets.
    next_sequence      BIGINT NOT NULL
);
CREATE INDEX environments_held ON environments (lease_until) WHERE holder_run_id IS NOT NULL;

-- Narrow on purpose: lists read only this. What one run's page shows in addition is in run_details.
CREATE TABLE runs (
    id                 {id},
    environment_id     BIGINT NOT NULL,
    sequence           BIGINT NOT NULL,
    state              TEXT NOT NULL,
    outcome            TEXT,
    reason             TEXT,
    requester          TEXT NOT NULL,
    targets            TEXT NOT NULL,
    plans              TEXT NOT NULL,
    template           TEXT,
    note               TEXT,
    search             TEXT NOT NULL,
    rerun_of           BIGINT,
    attempt            BIGINT NOT NULL,
    retries_left       BIGINT NOT NULL,
    epoch              BIGINT,
    worker_id          BIGINT,
    created_at         BIGINT NOT NULL,
    started_at         BIGINT,
    finished_at        BIGINT,
    cancel_at          BIGINT,
    cancel_by          TEXT,
    start_mode         TEXT,
    start_mode_reason  TEXT,
    collected          BIGINT NOT NULL DEFAULT 0,
    passed             BIGINT NOT NULL DEFAULT 0,
    failed             BIGINT NOT NULL DEFAULT 0,
    error              BIGINT NOT NULL DEFAULT 0,
    skipped            BIGINT NOT NULL DEFAULT 0,
    xfailed            BIGINT NOT NULL DEFAULT 0,
    xpassed            BIGINT NOT NULL DEFAULT 0,
    log_lines          BIGINT NOT NULL DEFAULT 0,
    log_bytes          BIGINT NOT NULL DEFAULT 0
);
-- The second guard of exclusivity, behind the environment's row.
CREATE UNIQUE INDEX runs_one_running ON runs (environment_id) WHERE state = 'running';
CREATE UNIQUE INDEX runs_queue ON runs (environment_id, sequence) WHERE state = 'queued';
CREATE INDEX runs_by_environment ON runs (environment_id, id);
CREATE INDEX runs_by_requester ON runs (requester, id);
CREATE INDEX runs_by_template ON runs (template, id) WHERE template IS NOT NULL;
CREATE INDEX runs_by_outcome ON runs (outcome, id);
CREATE INDEX runs_by_created ON runs (created_at);
-- Nearly all have finished; these are the others.
CREATE INDEX runs_unfinished ON runs (id) WHERE state <> 'finished';
CREATE INDEX runs_running ON runs (requester) WHERE state = 'running';
CREATE INDEX runs_by_worker ON runs (worker_id) WHERE state = 'running';

CREATE TABLE run_details (
    run_id             BIGINT NOT NULL PRIMARY KEY,
    parameters         TEXT NOT NULL,
    variables          TEXT NOT NULL,
    options            TEXT NOT NULL,
    sources            TEXT NOT NULL,
    command            TEXT NOT NULL,
    isolation          TEXT,
    usage              TEXT,
    log_complete       BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE attempts (
    run_id             BIGINT NOT NULL,
    number             BIGINT NOT NULL,
    worker_id          BIGINT NOT NULL,
    worker_name        TEXT NOT NULL,
    epoch              BIGINT NOT NULL,
    started_at         BIGINT NOT NULL,
    finished_at        BIGINT,
    outcome            TEXT,
    reason             TEXT,
    PRIMARY KEY (run_id, number)
);

CREATE TABLE run_tests (
    run_id             BIGINT NOT NULL,
    number             BIGINT NOT NULL,
    nodeid             TEXT NOT NULL,
    -- The first 64 bits of its SHA-256.
    nodeid_key         BIGINT NOT NULL,
    outcome            TEXT NOT NULL,
    duration_ms        DOUBLE PRECISION,
    message            TEXT,
    traceback          TEXT,
    phases             TEXT NOT NULL,
    sections           TEXT NOT NULL,
    from_line          BIGINT,
    to_line            BIGINT,
    PRIMARY KEY (run_id, number)
);
CREATE INDEX run_tests_by_nodeid ON run_tests (nodeid_key, run_id);

-- What the stream tells: names of what changed, not the change. Ordered by (transaction, seq): a sequence number alone
-- is not commit order on PostgreSQL.
CREATE TABLE events (
    seq                {id},
    transaction_id     {transaction},
    kind               TEXT NOT NULL,
    run_id             BIGINT,
    test_number        BIGINT,
    environment_id     BIGINT
);
CREATE INDEX events_in_order ON events (transaction_id, seq);

CREATE TABLE workers (
    id                 {id},
    name               TEXT NOT NULL,
    boot_id            TEXT NOT NULL,
    pid                BIGINT NOT NULL,
    version            TEXT NOT NULL,
    slots              BIGINT NOT NULL,
    state              TEXT NOT NULL,
    started_at         BIGINT NOT NULL,
    alive_until        BIGINT NOT NULL
);
CREATE INDEX workers_present ON workers (state) WHERE state <> 'gone';

CREATE TABLE idempotency_keys (
    key                TEXT NOT NULL PRIMARY KEY,
    body_sha256        TEXT NOT NULL,
    run_id             BIGINT NOT NULL,
    created_at         BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- The test cases of a file as pytest collected them, keyed by the content that decides them.
CREATE TABLE case_lists (
    path               TEXT NOT NULL,
    content_key        TEXT NOT NULL,
    state              TEXT NOT NULL,
    items              TEXT NOT NULL,
    error              TEXT,
    requested_at       BIGINT NOT NULL,
    PRIMARY KEY (path, content_key)
);
CREATE INDEX case_lists_wanted ON case_lists (requested_at) WHERE state = 'wanted';

INSERT INTO environments (id, name, description, labels, variables, epoch, next_sequence)
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100)
SELECT n, 'env-' || n, '', '[]', '{}', 0, 1 FROM numbers;
