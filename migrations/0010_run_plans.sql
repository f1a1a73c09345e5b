-- The runs of a test plan, without a look at all runs.
CREATE TABLE run_plans (
    plan               BIGINT NOT NULL,
    run_id             BIGINT NOT NULL,
    PRIMARY KEY (plan, run_id)
);
INSERT INTO run_plans (plan, run_id)
SELECT DISTINCT CAST(plan.value AS BIGINT), r.id FROM runs r, {each_plan} WHERE r.plans <> '[]';
