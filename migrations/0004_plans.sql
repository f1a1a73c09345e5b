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
