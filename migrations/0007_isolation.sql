-- On which rung of isolation a run was executed, 3 to 0.
ALTER TABLE run_details ADD COLUMN rung BIGINT;
