-- A person's reservation, beside the lease of a run: while it lasts, only that person's runs start there. Without a
-- beginning (UTC ms) it begins when the present run has ended.
ALTER TABLE environments ADD COLUMN reserved_by TEXT;
ALTER TABLE environments ADD COLUMN reserved_since BIGINT;
ALTER TABLE environments ADD COLUMN reserved_until BIGINT;
ALTER TABLE environments ADD COLUMN reservation_reason TEXT;
CREATE INDEX environments_reserved ON environments (reserved_until) WHERE reserved_by IS NOT NULL;
-- The queue of one person, for an environment that this person has reserved.
CREATE INDEX runs_queue_of ON runs (environment_id, requester, id) WHERE state = 'queued';
-- What the environment was called when the run ended: it may be called otherwise by now, or be gone.
ALTER TABLE runs ADD COLUMN environment_name TEXT;
