-- Many hosts on one database.

-- The data directory of a worker, by its own name: what lies there is read by whoever has the same one.
ALTER TABLE workers ADD COLUMN home TEXT NOT NULL DEFAULT '';
-- When it last proved that it lives (UTC ms), for people; `alive_until` is what counts.
ALTER TABLE workers ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;

-- What running runs print, for readers on other hosts. Kept by attempt, so that a late piece of one that was lost never
-- gets into the next one.
CREATE TABLE log_pieces (
    run_id             BIGINT NOT NULL,
    attempt            BIGINT NOT NULL,
    -- The first byte of the piece in the log.
    start              BIGINT NOT NULL,
    printed_at         BIGINT NOT NULL,
    bytes              {bytes} NOT NULL,
    PRIMARY KEY (run_id, attempt, start)
);
