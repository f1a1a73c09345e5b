-- What people save to run again. Runs copy what they need of both, so that neither can change a run.

CREATE TABLE plans (
    id                 {id},
    name               TEXT NOT NULL,
    targets            TEXT NOT NULL,
    search             TEXT NOT NULL
);
CREATE UNIQUE INDEX plans_by_name ON plans (name);

CREATE TABLE templates (
    name               TEXT NOT NULL PRIMARY KEY,
    description        TEXT NOT NULL,
    targets            TEXT NOT NULL,
    plans              TEXT NOT NULL,
    parameters         TEXT NOT NULL,
    variables          TEXT NOT NULL,
    options            TEXT NOT NULL,
    search             TEXT NOT NULL
);

-- How long runs take: by what is run, and by the tests of each file.
ALTER TABLE runs ADD COLUMN work BIGINT NOT NULL DEFAULT 0;
CREATE INDEX runs_by_work ON runs (work, id) WHERE state = 'finished';

CREATE TABLE file_times (
    path               TEXT NOT NULL PRIMARY KEY,
    -- Milliseconds by the part of the nodeid behind the path.
    tests              TEXT NOT NULL,
    -- Whether these are all of its tests.
    is_whole           BIGINT NOT NULL
);
