-- Runs that take any free environment wait in a queue of their own, one for each set of labels. Until such a run is placed,
-- the number of its environment is that of its queue below zero, so that nothing of an environment fits it.
CREATE TABLE any_queues (
    id                 {id},
    labels             TEXT NOT NULL,
    next_sequence      BIGINT NOT NULL
);
CREATE UNIQUE INDEX any_queues_by_labels ON any_queues (labels);

-- Where a run that was lost waits again, and the labels it asked for, sorted.
ALTER TABLE runs ADD COLUMN any_queue BIGINT;
ALTER TABLE runs ADD COLUMN any_labels TEXT;
