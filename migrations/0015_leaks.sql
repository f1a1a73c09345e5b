-- What a leak hunt found: one document, read and written whole.
CREATE TABLE run_leaks (
    run_id             BIGINT NOT NULL PRIMARY KEY,
    report             TEXT NOT NULL
);
