-- Who is first in the queue of each environment, beside it: a worker that looks for something to do reads one table.
ALTER TABLE environments ADD COLUMN first_run_id BIGINT;
ALTER TABLE environments ADD COLUMN first_requester TEXT;
UPDATE environments SET (first_run_id, first_requester) = (SELECT q.id, q.requester FROM runs q
    WHERE q.environment_id = environments.id AND q.state = 'queued' ORDER BY q.sequence LIMIT 1);

-- Each run changes the row of its environment twice. As long as no index has what it changes and there is room beside it,
-- PostgreSQL clears old versions away at once; all rows are read quickly without an index, too.
DROP INDEX environments_held;
{room_for_changes}
