-- Late records of attempts that did not hold their environment any more: they changed nothing, and are kept as evidence.
CREATE TABLE refused_writes (
    id                 {id},
    run_id             BIGINT NOT NULL,
    epoch              BIGINT NOT NULL,
    refused_at         BIGINT NOT NULL,
    what               TEXT NOT NULL
);
CREATE INDEX refused_writes_by_run ON refused_writes (run_id, id);

-- What each worker has done in its life, and how many of its leases were lost. Rows of workers stay, so sums only grow.
ALTER TABLE workers ADD COLUMN claims BIGINT NOT NULL DEFAULT 0;
ALTER TABLE workers ADD COLUMN log_bytes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE workers ADD COLUMN lost BIGINT NOT NULL DEFAULT 0;
