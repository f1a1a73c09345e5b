-- Contents that are kept in an object store instead of `blob_parts`: under which name, and how large. A name is used once
-- and never again, so nothing that is removed late can hit what was kept since.
CREATE TABLE kept_objects (
    sha256             TEXT NOT NULL PRIMARY KEY,
    name               TEXT NOT NULL,
    bytes              BIGINT NOT NULL
);

-- Names under which something may lie in the object store that no content has: noted before it is written there, and again
-- before it is removed. `going` is 1 as soon as somebody removes it: then nobody may take it for a content any more.
CREATE TABLE loose_objects (
    name               TEXT NOT NULL PRIMARY KEY,
    since              BIGINT NOT NULL,
    going              BIGINT NOT NULL DEFAULT 0
);

-- What each worker has asked of the object store in its life.
ALTER TABLE workers ADD COLUMN object_operations BIGINT NOT NULL DEFAULT 0;
ALTER TABLE workers ADD COLUMN object_errors BIGINT NOT NULL DEFAULT 0;
ALTER TABLE workers ADD COLUMN object_micros BIGINT NOT NULL DEFAULT 0;

-- One row: the name that this installation has left in its object store, by which all hosts know it again.
CREATE TABLE object_store (
    one                BIGINT NOT NULL PRIMARY KEY,
    name               TEXT NOT NULL,
    marked             BIGINT NOT NULL DEFAULT 0
);
