-- Logs of attempts that have ended, compressed: a small one lies here, a large one is a content by hash. In the transaction
-- that adds a row the pieces go, so everybody finds either them or this. Lines and bytes are those that were printed.
CREATE TABLE kept_logs (
    run_id             BIGINT NOT NULL,
    attempt            BIGINT NOT NULL,
    lines              BIGINT NOT NULL,
    bytes              BIGINT NOT NULL,
    packed             {bytes} NOT NULL,
    sha256             TEXT,
    PRIMARY KEY (run_id, attempt)
);
