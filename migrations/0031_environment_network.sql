-- Which network the tests have in an environment, where neither run nor template says otherwise.
ALTER TABLE environments ADD COLUMN network TEXT NOT NULL DEFAULT 'machine';
