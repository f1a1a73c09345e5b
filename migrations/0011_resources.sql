-- Resident bytes of the interpreter before a test case, at most during it, and after it.
ALTER TABLE run_tests ADD COLUMN memory_before BIGINT;
ALTER TABLE run_tests ADD COLUMN memory_peak BIGINT;
ALTER TABLE run_tests ADD COLUMN memory_after BIGINT;
