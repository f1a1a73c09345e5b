-- Contents by hash, for hosts that have no disk in common: the files of runs, uploads, and what runs leave.

CREATE TABLE blob_parts (
    sha256             TEXT NOT NULL,
    part               BIGINT NOT NULL,
    bytes              {bytes} NOT NULL,
    PRIMARY KEY (sha256, part)
);

-- What an attempt left in its directory, by its name there.
CREATE TABLE run_files (
    run_id             BIGINT NOT NULL,
    attempt            BIGINT NOT NULL,
    name               TEXT NOT NULL,
    sha256             TEXT NOT NULL,
    size               BIGINT NOT NULL,
    modified_at        BIGINT NOT NULL,
    PRIMARY KEY (run_id, attempt, name)
);

-- The tests root as it was when the test cases were asked for: whoever collects them may have another one.
ALTER TABLE case_lists ADD COLUMN snapshot TEXT;

-- What is said of a worker to people, which environments it may serve (labels or numbers; none: all), and how far runs are
-- kept apart there, once that is known.
ALTER TABLE workers ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
ALTER TABLE workers ADD COLUMN serves TEXT NOT NULL DEFAULT '[]';
ALTER TABLE workers ADD COLUMN rung BIGINT;
