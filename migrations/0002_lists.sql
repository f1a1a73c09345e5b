-- What a list is filtered by, in the order of the runs and without the rest of them: reading all of it is quick.
CREATE INDEX runs_listed ON runs (id, state, outcome, environment_id, requester, template, created_at, plans);
CREATE INDEX runs_planned ON runs (id, plans) WHERE plans <> '[]';
{search_index}
