// Generated from web/openapi.json by `npm run api`; do not edit.

export interface paths {
    "/api/v1/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What failed newly, was repaired, still fails, is missing or became slower, and what was different */
        get: operations["compare_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/environments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Environments with their present state, holder and queue */
        get: operations["list_environments"];
        put?: never;
        /**
         * Make an environment
         * @description Under the number that the body names, or under the next.
         */
        post: operations["create_environment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/environments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One environment with its present state, holder and queue */
        get: operations["find_environment"];
        put?: never;
        post?: never;
        /**
         * Delete an environment that nobody uses
         * @description Runs that ended there keep its number and its name.
         */
        delete: operations["delete_environment"];
        options?: never;
        head?: never;
        /**
         * Change an environment, or its state
         * @description What is left out stays as it is. In maintenance nothing new starts; a run that is running goes on.
         */
        patch: operations["update_environment"];
        trace?: never;
    };
    "/api/v1/environments/{id}/reservation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Keep an environment for a person
         * @description Until then, or until it is released, only runs of that person start there; those of others wait and say why. Asked
         *     again by the same person it changes the time and the reason. It ends by itself.
         */
        put: operations["reserve_environment"];
        post?: never;
        /**
         * End a reservation
         * @description Whoever waits starts. Without a reservation nothing changes.
         */
        delete: operations["release_environment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a test case ended in finished runs, and what its last failure seems to be
         * @description The label is made of the newest 50 results: `flaky` when two or more of them differ from the one before, of the same
         *     file in the same environment; `environment` when the file failed at least twice in this environment and never in two
         *     or more runs elsewhere; `new` for a failure after a good result; `known_failing` for more than one in a row.
         */
        get: operations["find_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history/leaderboards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The flakiest, the slowest and the most failing test cases of the last days */
        get: operations["find_leaderboards"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Test plans, a page at a time, by number */
        get: operations["list_plans"];
        put?: never;
        /**
         * Save a test plan
         * @description All mistakes are reported at once, and nothing is stored then.
         */
        post: operations["create_plan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One test plan */
        get: operations["find_plan"];
        /**
         * Change a test plan
         * @description Replaces its name and its targets. Runs that were asked for with it stay as they are.
         */
        put: operations["update_plan"];
        post?: never;
        /**
         * Delete a test plan
         * @description Runs that were asked for with it stay as they are, and keep its number. A plan that is part of a template is not
         *     deleted.
         */
        delete: operations["delete_plan"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Runs, a page at a time
         * @description Walking the pages shows every run once, also while new ones arrive.
         */
        get: operations["list_runs"];
        put?: never;
        /**
         * Ask for a run
         * @description It starts as soon as its environment, or any with the labels it asks for, is free and everybody who asked earlier has
         *     had their turn. All mistakes of
         *     the body are reported at once, and nothing is stored then.
         *
         *     With an `Idempotency-Key` a repeat within 24 hours makes no second run but answers with the first one.
         */
        post: operations["create_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a run would be, before it is asked for
         * @description The body is that of `POST /runs`, with the same mistakes. Nothing is stored and nothing is executed, so it may be asked
         *     as somebody fills in a form.
         */
        post: operations["preview_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One run with everything that is known of it */
        get: operations["find_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Files that the tests of a run left in `PROCTOR_ARTIFACTS`
         * @description By name, at most 10,000; of a run that goes on, what is there now.
         */
        get: operations["list_run_artifacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/artifacts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of these files
         * @description Pictures and text are shown, everything else (HTML, SVG) is sent as an attachment.
         */
        get: operations["find_run_artifact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a run early
         * @description A queued run ends at once; a running one when its processes are gone. Asking again changes nothing.
         */
        post: operations["cancel_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Comments on a run and on its test cases, oldest first */
        get: operations["list_comments"];
        put?: never;
        /** Say something about a run, or about one of its test cases */
        post: operations["create_comment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/comments/{comment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a comment, whoever wrote it */
        delete: operations["delete_comment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/junit.xml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The test cases of a run as `JUnit` XML */
        get: operations["find_run_junit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/leak": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a leak hunt found
         * @description There is one when the run was asked for with `options.leak` and its test has been repeated often enough, or could not
         *     be.
         */
        get: operations["find_run_leak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a run printed
         * @description Without `from_line` and `count` the log as `text/plain`, byte for byte what the tests and pytest wrote to stdout
         *     and stderr; `Range` (one range) and `If-Range` work. With one of them lines with their numbers, as JSON.
         */
        get: operations["find_run_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/log/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where a text or pattern is in the log of a run
         * @description At most 10,000 line numbers, and at most 5 seconds; colour codes are not searched.
         */
        get: operations["search_run_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/rerun": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for the same again
         * @description A new run with the targets, variables and options of this one, and `rerun_of` set. With `failed_only` its targets
         *     are the test cases that failed, broke or were lost. It runs the same bytes, whatever has become of the files since, or
         *     with `"files": "today"` the files as they are now. A run that took any environment takes any again.
         */
        post: operations["rerun_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/reruns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A run, its reruns and theirs, with what became of the failures of the first
         * @description The same for each run of the chain. A run without reruns is a chain of its own.
         */
        get: operations["find_reruns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/sources/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A file as it was when the run was asked for
         * @description Every file below the tests root of then, but those that are larger than 64 MiB and those of virtual environments and
         *     version control.
         */
        get: operations["find_run_source"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The test cases of a run that have started, in the order of execution
         * @description Failures carry a label as `GET /history` makes it, of the newest 50 results up to this run.
         *
         *     With `Accept: application/x-ndjson` the answer is all of them, one JSON object in each line; `limit` and `number` do
         *     not count then.
         */
        get: operations["list_run_tests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Processor time, memory, processes and disk traffic of a run, over time
         * @description While it runs and afterwards; nothing while it is queued. Five samples a second at first; when there are more than the
         *     operator's `limits.usage_samples` (600), each two become one. The stream tells new samples as `usage`.
         */
        get: operations["find_run_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What this server offers, and the most that it takes
         * @description It stays as it is as long as the server runs. What is beyond a limit is refused with the limit and the value.
         */
        get: operations["find_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that changes in some topics, as server-sent events
         * @description First the present state of each topic, then changes: each event carries the changed object as it is after the
         *     change, so applying one twice is harmless, and many changes of one object may arrive as one event.
         *
         *     | event | data | topics |
         *     |---|---|---|
         *     | `run` | `Run` | `runs`, `run:<id>` |
         *     | `environment` | `Environment` | `environments` |
         *     | `test` | `TestChange` | `run:<id>` |
         *     | `log` | `LogChange` | `run:<id>` |
         *     | `usage` | `UsageChange` | `run:<id>` |
         *     | `tests` | `TestsChange` | `tests` |
         *     | `reset` | `Reset` | every one |
         *
         *     The present state of `runs` is every run that is queued or running (at most 200 of each) and the 50 newest; of
         *     `run:<id>` the run, its log's size and its test cases (at most 1,000; the rest by `GET /runs/{id}/tests`). A block
         *     with nothing but an `id:` ends the present state. The end of a run comes after everything else about it, so a client
         *     of `run:<id>` may leave there.
         *
         *     `id:` is the cursor. Sent back in `Last-Event-ID` (or `last_event_id`), the stream goes on after it without a gap
         *     and without the present state; when what came in between is not kept any more, or the database has another primary
         *     since, `reset` comes first and then the present state. A comment line comes at least every 15 seconds.
         */
        get: operations["stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Templates, a page at a time, by name */
        get: operations["list_templates"];
        put?: never;
        /**
         * Save a template
         * @description All mistakes are reported at once, and nothing is stored then.
         */
        post: operations["create_template"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One template */
        get: operations["find_template"];
        /**
         * Change a template
         * @description Replaces all of it; what is left out is empty afterwards, except the name. Runs that were asked for with it stay as
         *     they are.
         */
        put: operations["update_template"];
        post?: never;
        /**
         * Delete a template
         * @description Runs that were asked for with it stay as they are, and keep its name.
         */
        delete: operations["delete_template"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The directories and files of a directory below the tests root
         * @description With `q` what was found at any depth, at most 1,000 entries, below `path` when it is given; `more` says that there
         *     were others.
         */
        get: operations["list_tests"];
        put?: never;
        post?: never;
        /**
         * Delete a file or directory below the tests root
         * @description Contents of files are kept: the runs that used them show them, and so does `GET /tests/source` with `sha256`.
         */
        delete: operations["delete_tests"];
        options?: never;
        head?: never;
        /**
         * Move or rename a file or directory below the tests root
         * @description Nothing is replaced: where there is something already, the answer is a conflict.
         */
        patch: operations["move_tests"];
        trace?: never;
    };
    "/api/v1/tests/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The test cases of a file, as pytest collects them
         * @description Collected by a worker and remembered for this content of the file; 503 when no worker answers in time.
         *     A file that cannot be collected is a good answer too: no items, and `error` in pytest's words.
         */
        get: operations["list_cases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tests/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was done to files through Proctor, and by whom, newest first
         * @description What is changed by hand or by git is not in here. The contents that are named can be read with
         *     `GET /tests/source?path=&sha256=`.
         */
        get: operations["list_file_changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tests/source": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The text of a file below the tests root
         * @description With `sha256` that of an earlier version, which was uploaded, replaced, moved or deleted through Proctor; the file
         *     itself need not be there any more.
         */
        get: operations["find_test_source"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tests/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Store files below the tests root
         * @description All of them or none. Python files are compiled, never executed; a file with a syntax error is stored all the same.
         *     Contents that are replaced are kept and stay readable. At most 2,000 files of 32 MiB together, also unpacked, unless
         *     the operator has chosen other limits.
         */
        post: operations["upload_tests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tests/uploads/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look at files as if they were stored
         * @description Takes the same form, says of each file what would become of it, and stores nothing.
         */
        post: operations["preview_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Workers on all hosts
         * @description Those that are not known to have left, oldest first: also such as have let their leases run out.
         */
        get: operations["list_workers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workers/{id}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a worker leave
         * @description It finishes the runs that it has, takes no more, and ends. A `serve` that keeps a worker on that machine then starts
         *     another one. Asking again changes nothing.
         */
        post: operations["drain_worker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/badge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the last run ended, as SVG
         * @description Of an environment, of a template, or of both: `![tests](http://proctor.example.com/badge?template=nightly)`. Runs that
         *     were cancelled do not count. Never from a cache.
         */
        get: operations["find_badge"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures in the text format of Prometheus
         * @description Those whose names end in `_total` only grow; all others are gauges. Queues and outcomes that have nothing to tell are left out.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether it can do its work: database, data disk, tests root, interpreter, object store
         * @description A missing worker is told too, but does not count: runs wait for one.
         */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A run that starts earlier in the same environment. */
        AheadRun: {
            /** Format: int64 */
            id: number;
            /**
             * Format: int64
             * @description How much longer it takes in milliseconds, once it has started; `null` when there is nothing to go by.
             */
            left_ms: number | null;
            progress: components["schemas"]["Progress"];
            requester: string;
            state: components["schemas"]["State"];
            targets: string[];
            template: string | null;
        };
        /** @description A file that the tests of a run left in `PROCTOR_ARTIFACTS`. */
        Artifact: {
            /**
             * @description What it is served as; everything but pictures and text is for saving only.
             * @example image/png
             */
            media_type: string;
            modified_at: components["schemas"]["Timestamp"];
            /**
             * @description Relative to the folder.
             * @example screens/checkout.png
             */
            name: string;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
        };
        /** @description One execution of a run. */
        Attempt: {
            finished_at: components["schemas"]["Timestamp"] | null;
            /** Format: int64 */
            number: number;
            outcome: components["schemas"]["Outcome"] | null;
            reason: string | null;
            started_at: components["schemas"]["Timestamp"];
            /** @description Name of the worker that executed it. */
            worker: string;
        };
        /**
         * @description What the newest result of a test case says that failed in the first run.
         * @enum {string}
         */
        Became: "fixed" | "failing" | "not_rerun";
        /** @description Who asked a run to end, and when. */
        Cancel: {
            at: components["schemas"]["Timestamp"];
            by: string;
        };
        /** @description Who cancels; the body may be left out. */
        CancelRun: {
            /** @description User name that the reason of the run will show. */
            requester?: string | null;
        };
        /** @description One test case of a file. */
        Case: {
            /**
             * Format: int64
             * @description Where it begins in the file, from 1.
             */
            line: number | null;
            nodeid: string;
        };
        /** @description The test cases of a file, as pytest collects them. */
        Cases: {
            /** @description What pytest said when the file could not be collected. */
            error: string | null;
            items: components["schemas"]["Case"][];
        };
        /** @description A test case that failed in the first run of a chain. */
        ChainItem: {
            became: components["schemas"]["Became"];
            nodeid: string;
            /** @description In the order of the runs; `null` where it was not run. */
            outcomes: (components["schemas"]["TestOutcome"] | null)[];
        };
        /**
         * @description What the last of the compared runs changed since the first.
         * @enum {string}
         */
        Change: "newly_failing" | "still_failing" | "missing" | "fixed" | "slower" | "same";
        /** @description The new content of a test plan. */
        ChangedPlan: {
            /**
             * Format: int64
             * @description Its number, as in the address; may be left out.
             */
            id?: number | null;
            /** @description No other plan has it. */
            name: string;
            /** @description Files, directories or node ids, relative to the tests root; each has to exist, and counts once. */
            targets: string[];
        };
        /** @description One thing that it needs. */
        Check: {
            /** @description What is, and what to do. */
            detail: string | null;
            /** @example database */
            name: string;
            ok: boolean;
        };
        /** @description A comment on a run, or on one of its test cases. */
        Comment: {
            /** @example ann */
            author: string;
            created_at: components["schemas"]["Timestamp"];
            /** Format: int64 */
            id: number;
            /**
             * @description `null` for the whole run.
             * @example checkout/test_cart.py::test_total
             */
            nodeid: string | null;
            /** @example the price list of environment 7 is of last year */
            text: string | null;
            /**
             * @description Of a ticket. Whoever shows it shows it as text: anybody may have written it.
             * @example https://tickets.example.com/SHOP-112
             */
            url: string | null;
        };
        /** @description Two to four runs beside each other. */
        Comparison: {
            /** @description What was asked for differently. */
            configuration: components["schemas"]["Difference"][];
            /** @description Most interesting first, then by node id. */
            items: components["schemas"]["ComparisonItem"][];
            /** @description Numbers of the runs, as they were asked for. */
            runs: number[];
            /** @description Files of which not all runs had the same bytes: their SHA-256. */
            sources: components["schemas"]["Difference"][];
        };
        /** @description A test case in each of the compared runs. */
        ComparisonItem: {
            /** @description From the first of the runs to the last. */
            change: components["schemas"]["Change"];
            /** @description In milliseconds, in the order of the runs. */
            durations_ms: (number | null)[];
            nodeid: string;
            /** @description In the order of the runs; `null` where it was not run. */
            outcomes: (components["schemas"]["TestOutcome"] | null)[];
        };
        /** @description A file that has been deleted. */
        DeletedFile: {
            path: string;
            /** @description Of the content, which is kept; `null` when it could not be read or has more than 64 MiB. */
            sha256: string | null;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
        };
        /** @description What has been deleted. */
        DeletedTests: {
            /** @description The files; none of an empty directory. */
            items: components["schemas"]["DeletedFile"][];
        };
        /** @description Something that is not the same in all compared runs. */
        Difference: {
            /** @example variables/INTERFACE */
            name: string;
            /**
             * @description In the order of the runs; `null` where there is none.
             * @example [
             *       "REST",
             *       "SOAP"
             *     ]
             */
            values: (string | null)[];
        };
        /** @description A directory below the tests root. */
        Directory: {
            name: string;
            path: string;
        };
        /** @description An environment. */
        Environment: {
            description: string;
            holder: components["schemas"]["Holder"] | null;
            /**
             * Format: int64
             * @example 7
             */
            id: number;
            labels: string[];
            /** @description Why it takes no new runs, when it does not. */
            maintenance: string | null;
            name: string;
            /**
             * @description Which network the tests have in it where neither run nor template says so: `machine`, or `none` but a loopback
             *     device of their own.
             * @example machine
             */
            network: string;
            queue: components["schemas"]["Queue"];
            reservation: components["schemas"]["Reservation"] | null;
            state: components["schemas"]["EnvironmentState"];
            /** @description Variables that every run in it sees; a value of `null` is secret. */
            variables: {
                [key: string]: string | null;
            };
        };
        /** @description What is to be different in an environment; what is left out stays as it is. */
        EnvironmentChanges: {
            /** @description Its length is counted in bytes. */
            description?: string | null;
            /** @description All labels, each of letters, digits and `-` `_` `.` `:`; how long one may be is in `GET /settings`. */
            labels?: string[] | null;
            /** @description `env-` and the number when a new one has none. */
            name?: string | null;
            /**
             * @description `machine`, as of a new one that says nothing, or `none`: the tests of runs and templates that say nothing
             *     themselves reach nothing but a loopback device of their own.
             * @example none
             */
            network?: string | null;
            /** @description Why it is in maintenance. Its length is counted in bytes. */
            reason?: string | null;
            /**
             * @description `enabled` or `maintenance`, the latter with a reason: then a run that is running goes on, and nothing new starts.
             * @example maintenance
             */
            state?: string | null;
            /**
             * @description All variables; what is left out is gone. A text is a value that everybody may read; `{"value": …, "secret": true}`
             *     is never read back and masked wherever a run shows it; `null` leaves the value as it is, also a secret one.
             */
            variables?: {
                [key: string]: components["schemas"]["NewVariable"];
            } | null;
        };
        /** @description Where to run: the number of an environment, or any free one with all of these labels. */
        EnvironmentChoice: number | {
            any: components["schemas"]["Labels"];
        };
        /** @description An environment that is gone, as the stream tells it. */
        EnvironmentGone: {
            /** @description Always `true`. */
            deleted: boolean;
            /** Format: int64 */
            id: number;
        };
        /** @description An environment by number and name. */
        EnvironmentName: {
            /**
             * Format: int64
             * @example 7
             */
            id: number;
            name: string;
        };
        /**
         * @description What happens in an environment now.
         * @enum {string}
         */
        EnvironmentState: "free" | "busy" | "reserved" | "maintenance";
        /** @description A file below the tests root. */
        File: {
            modified_at: components["schemas"]["Timestamp"];
            /** @example test_cart.py */
            name: string;
            /** @example checkout/test_cart.py */
            path: string;
            /** @description `null` when the file could not be read. */
            sha256: string | null;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
        };
        /** @description What somebody did to a file through Proctor. */
        FileChange: {
            changed_at: components["schemas"]["Timestamp"];
            /** @description Who did it; `null` when nobody gave a name. */
            changed_by: string | null;
            /** Format: int64 */
            id: number;
            kind: components["schemas"]["FileChangeKind"];
            moved_from: string | null;
            /** @description Where the file is after the change; of a deleted one, where it was. */
            path: string;
            /** @description Of the content that was replaced. */
            replaced_sha256: string | null;
            /** @description Of its content after the change; of a deleted one, before. */
            sha256: string | null;
            /**
             * Format: int64
             * @description Bytes of that content.
             */
            size: number | null;
        };
        /** @enum {string} */
        FileChangeKind: "uploaded" | "replaced" | "moved" | "deleted";
        /** @description How a test case ended in finished runs. */
        History: {
            /**
             * Format: double
             * @description Median of the newest 50 durations, in milliseconds.
             */
            duration_p50_ms: number | null;
            /**
             * Format: double
             * @description 95 of 100 of the newest 50 durations are not above it, in milliseconds.
             */
            duration_p95_ms: number | null;
            /**
             * Format: int64
             * @description When the newest result is a failure: the first run of the failures in a row.
             */
            first_failing_run: number | null;
            /**
             * Format: double
             * @description Of the newest 50 results: the share that differs from the one before, of the same file in the same environment.
             *     0 to 1.
             */
            flake_rate: number;
            /** @description Newest run first. */
            items: components["schemas"]["HistoryItem"][];
            label: components["schemas"]["Label"] | null;
            /** @description Opaque; `null` on the last page. */
            next_cursor: string | null;
            /** @example checkout/test_cart.py::test_total */
            nodeid: string;
            /**
             * @description The evidence for the label, in words.
             * @example it was good in run 111, the one before
             */
            why: string;
        };
        /** @description How a test case ended in one run. */
        HistoryItem: {
            /** @description When the run ended. */
            at: components["schemas"]["Timestamp"];
            /** Format: double */
            duration_ms: number | null;
            /**
             * Format: int64
             * @description Number of the environment.
             */
            environment: number;
            outcome: components["schemas"]["TestOutcome"];
            /** Format: int64 */
            run_id: number;
            /** @description Of the file as it ran; `null` when it is not known. */
            sha256: string | null;
        };
        /** @description Who has an environment: a run or a person. */
        Holder: {
            person: string | null;
            reason: string | null;
            /** Format: int64 */
            run_id: number | null;
            since: components["schemas"]["Timestamp"];
            until: components["schemas"]["Timestamp"] | null;
        };
        /**
         * @description What the newest result of a test case seems to be.
         * @enum {string}
         */
        Label: "passing" | "flaky" | "environment" | "new" | "known_failing";
        /** @description Labels that an environment must have. */
        Labels: {
            labels?: string[];
        };
        /** @description A test case and what its results add up to; skipped ones do not count. */
        Leader: {
            /**
             * Format: int64
             * @description Failed, broke or lost.
             */
            failed: number;
            /**
             * Format: int64
             * @description Results that differ from the one before, of the same file in the same environment; `null` where it was not
             *     looked for.
             */
            flips: number | null;
            /**
             * Format: int64
             * @description The newest run that has a result of it.
             */
            last_run_id: number;
            /** Format: double */
            longest_ms: number;
            /** Format: double */
            mean_ms: number | null;
            /** @example checkout/test_cart.py::test_total */
            nodeid: string;
            /** Format: int64 */
            results: number;
        };
        /** @description The test cases that cost most attention, from runs that ended in the last days. */
        Leaderboards: {
            /** @description Most failures first. */
            failing: components["schemas"]["Leader"][];
            /**
             * @description Most changes between good and bad first, with nothing changed. Looked for among the 50 test cases with the most
             *     results of the rarer kind, in the newest 50 results of each.
             */
            flakiest: components["schemas"]["Leader"][];
            /** @description Runs that ended since then count: the beginning of a day in UTC. */
            since: components["schemas"]["Timestamp"];
            /** @description By their mean duration. */
            slowest: components["schemas"]["Leader"][];
        };
        /** @description A leak hunt to be made. */
        LeakHunt: {
            /**
             * Format: int32
             * @description Repetitions that are measured, after some that warm up; 20 when absent.
             * @example 20
             */
            iterations?: number | null;
        };
        LeakLine: {
            file: string;
            /** Format: int64 */
            line: number;
        };
        /**
         * @description The result of a leak hunt: a test case was repeated in one process, and memory measured after each repetition, with
         *     all garbage collected.
         */
        LeakReport: {
            /** @description Blocks that Python's allocator had given out then; all 0 where it is switched off. */
            blocks: number[];
            /**
             * Format: int64
             * @description The median of the growth between all pairs of iterations (Theil and Sen).
             * @example 141126
             */
            bytes_per_iteration: number;
            /**
             * Format: double
             * @description How sure the verdict is, 0 to 1; `leak` and `clean` are given from 0.95.
             */
            confidence: number;
            /** @description Bytes that malloc had given out then; all 0 where it does not tell. */
            heap_bytes: number[];
            /**
             * @description Its lower and upper bound, with 95 % confidence.
             * @example [
             *       140902,
             *       141312
             *     ]
             */
            interval: number[];
            /** @description Bytes of memory that were the process's own after each iteration. */
            iterations: number[];
            /** @example leaks/test_leaking.py::test_orders_are_priced */
            nodeid: string;
            /**
             * @description Why, in words.
             * @example memory grows with every iteration
             */
            reason: string;
            /** @description Largest first, at most 50; empty when the verdict is `clean`. */
            sites: components["schemas"]["LeakSite"][];
            /**
             * Format: int64
             * @description Growth per iteration below which nothing is called a leak; the more iterations, the smaller.
             * @example 4096
             */
            threshold_bytes: number;
            /** @description What found the sites: `memray`, `tracemalloc`, or `null` when nothing was traced. */
            traced_by: string | null;
            verdict: components["schemas"]["LeakVerdict"];
            /**
             * Format: int64
             * @description Repetitions before the first that was measured.
             */
            warm_up: number;
        };
        /** @description A line of code whose allocations stay. */
        LeakSite: {
            /**
             * Format: int64
             * @description Bytes per iteration that stay.
             */
            bytes: number;
            called_from: components["schemas"]["LeakLine"] | null;
            /**
             * Format: int64
             * @description Allocations per iteration that stay.
             */
            count: number;
            /**
             * @description Relative to the tests root, or absolute outside of it.
             * @example leaks/test_leaking.py
             */
            file: string;
            /** Format: int64 */
            line: number;
        };
        /** @enum {string} */
        LeakVerdict: "leak" | "clean" | "unclear";
        /** @description `event: log`: how much a run has printed; the text is fetched by line numbers. */
        LogChange: {
            /** Format: int64 */
            bytes: number;
            /** @description Nothing will be added any more. */
            complete: boolean;
            /**
             * Format: int64
             * @description A last line without newline counts.
             */
            lines: number;
            /** Format: int64 */
            run_id: number;
        };
        /** @description One line of a log. */
        LogLine: {
            /** @description When its beginning was printed. */
            at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Counted from 1.
             */
            number: number;
            /** @description Without its newline, with its ANSI colour codes and no other terminal control; at most 64 KiB, then it says so. */
            text: string;
        };
        /** @description Some lines of a log. */
        LogLines: {
            /** @description Nothing will be added any more. */
            complete: boolean;
            items: components["schemas"]["LogLine"][];
            /** Format: int64 */
            total_lines: number;
        };
        /** @description Where a text or pattern is in a log. */
        LogMatches: {
            /** @description Nothing will be added to the log any more. */
            complete: boolean;
            /**
             * Format: int64
             * @description Lines that match, as far as the search came in its time.
             */
            count: number;
            /** @description Their numbers, in order, from 1. */
            lines: number[];
            /** @description More lines match than are listed, or may match because time was up. */
            more: boolean;
        };
        /** @description Lines of a log, counted from 1, both included; `to_line` is `null` while the test case runs. */
        LogRange: {
            /** Format: int64 */
            from_line: number;
            /** Format: int64 */
            to_line: number | null;
        };
        /** @description How much there is of a log. */
        LogState: {
            /** Format: int64 */
            bytes: number;
            /** @description Nothing will be added any more. */
            complete: boolean;
            /**
             * Format: int64
             * @description A last line without newline counts.
             */
            lines: number;
        };
        /**
         * @description Resident memory of the interpreter that ran a test case, without that of child processes. What the kernel counts is
         *     exact to some hundred KiB. Not known of tests of pytest-xdist.
         */
        MemoryUse: {
            /**
             * Format: int64
             * @description After its teardown.
             */
            after_bytes: number;
            /**
             * Format: int64
             * @description Before its setup.
             */
            before_bytes: number;
            /**
             * Format: int64
             * @description The most from its setup to its teardown.
             */
            peak_bytes: number;
        };
        /** @description One mistake, in the body (`pointer`) or in the query (`parameter`). */
        Mistake: {
            /** @example ../secret.py leaves the tests root */
            detail: string;
            /**
             * @description Name of the query parameter or header.
             * @example limit
             */
            parameter?: string;
            /**
             * @description JSON pointer (RFC 6901) into the body.
             * @example /targets/0
             */
            pointer?: string;
        };
        /** @description Where to move a file or directory. */
        MoveTests: {
            /**
             * @description The new path, relative to the tests root; missing directories are made.
             * @example checkout/test_basket.py
             */
            path: string;
            /**
             * @description Who moves it.
             * @example ann
             */
            requester?: string;
        };
        /** @description What has been moved. */
        MovedTests: {
            moved_from: string;
            path: string;
        };
        /**
         * @description A comment to be kept; at least `text` or `url`.
         * @example {
         *       "author": "ann",
         *       "text": "known since Monday",
         *       "url": "https://tickets.example.com/SHOP-112"
         *     }
         */
        NewComment: {
            /** @description User name. */
            author: string;
            /** @description Of a test case of the run; left out for the whole run. */
            nodeid?: string | null;
            /** @description Its length is counted in bytes. */
            text?: string | null;
            /** @description http or https, at most 2 KiB. */
            url?: string | null;
        };
        /**
         * @description An environment to be made.
         * @example {
         *       "labels": [
         *         "gpu"
         *       ],
         *       "name": "staging",
         *       "variables": {
         *         "URL": "https://staging.test"
         *       }
         *     }
         */
        NewEnvironment: components["schemas"]["EnvironmentChanges"] & {
            /**
             * Format: int64
             * @description From 1 to 1,000,000; the next free number when absent.
             */
            id?: number | null;
        };
        /**
         * @description A test plan to be saved.
         * @example {
         *       "name": "checkout",
         *       "targets": [
         *         "checkout/test_cart.py",
         *         "login"
         *       ]
         *     }
         */
        NewPlan: {
            /** @description No other plan has it. */
            name: string;
            /** @description Files, directories or node ids, relative to the tests root; each has to exist, and counts once. */
            targets: string[];
        };
        /** @description A reservation that somebody asks for. */
        NewReservation: {
            /** @description While somebody else's run is running there: begin when it has ended, before everybody who is queued. */
            after_present_run?: boolean;
            /**
             * @description Who wants it.
             * @example ann
             */
            person: string;
            /**
             * @description Its length is counted in bytes.
             * @example hunting a leak
             */
            reason: string;
            /** @description How many days that may be from now is in `GET /settings`. */
            until: components["schemas"]["Timestamp"];
        };
        /**
         * @description A run to be made. At least one target, plan, or template that has some is needed.
         *
         *     Its targets are joined in this order, each once: those of the template's plans, of `plans`, of the template, and
         *     `targets`. Its options are `options`, and where they say nothing the template's. Its tests see the variables of the
         *     environment, of the template and `variables`, of which the later win, and the parameters. All of that is settled when
         *     the run is asked for: later changes of plans and templates change no run that exists.
         * @example {
         *       "environment": 7,
         *       "options": {
         *         "max_failures": 1,
         *         "timeout_s": 600
         *       },
         *       "parameters": {
         *         "INTERFACE": "SOAP"
         *       },
         *       "plans": [
         *         3
         *       ],
         *       "requester": "ann",
         *       "targets": [
         *         "checkout/test_cart.py",
         *         "login/test_login.py::test_expired[de]"
         *       ],
         *       "template": "nightly",
         *       "variables": {
         *         "CURRENCY": "EUR"
         *       }
         *     }
         */
        NewRun: {
            environment: components["schemas"]["EnvironmentChoice"];
            /** @description Its length is counted in bytes. */
            note?: string | null;
            options?: components["schemas"]["RunOptions"];
            /** @description Choices for the parameters of the template; those left out have their defaults. */
            parameters?: {
                [key: string]: string;
            };
            /** @description Numbers of test plans. */
            plans?: number[];
            /** @description User name. */
            requester: string;
            /**
             * @description Files, directories or node ids, relative to the tests root; `.` is the whole tests root. The limit counts those of
             *     the plans and the template too.
             */
            targets?: string[];
            /** @description Name of a template. */
            template?: string | null;
            /**
             * @description Environment variables of the tests, none of which has the name of a parameter. How many there may be with the
             *     template's, and how long a value may be, is in `GET /settings`.
             */
            variables?: {
                [key: string]: string;
            };
        };
        /**
         * @description A template to be saved, or the new content of one. What is left out is empty.
         * @example {
         *       "description": "What has to pass before a release",
         *       "name": "nightly",
         *       "options": {
         *         "timeout_s": 600
         *       },
         *       "parameters": [
         *         {
         *           "choices": [
         *             "REST",
         *             "SOAP"
         *           ],
         *           "default": "REST",
         *           "description": "",
         *           "name": "INTERFACE"
         *         }
         *       ],
         *       "plans": [
         *         3
         *       ],
         *       "targets": [
         *         "checkout"
         *       ],
         *       "variables": {
         *         "CURRENCY": "EUR"
         *       }
         *     }
         */
        NewTemplate: {
            /** @description Its length is counted in bytes. */
            description?: string;
            /**
             * @description Without a slash; no other template has it. In a change it may be left out, or differ
             *     from the address, which renames the template.
             */
            name?: string | null;
            options?: components["schemas"]["RunOptions"];
            /** @description With different names, none of which is also a variable. */
            parameters?: components["schemas"]["Parameter"][];
            /** @description Numbers of test plans that exist. */
            plans?: number[];
            /** @description Files, directories or node ids, relative to the tests root; each has to exist, and counts once. */
            targets?: string[];
            /**
             * @description Environment variables of the tests; how many, and how long a value may be, is in `GET /settings`. They are shown
             *     to everybody: secrets belong to environments.
             */
            variables?: {
                [key: string]: string;
            };
        };
        /** @description A variable that is written. */
        NewVariable: string | {
            /** @description Then the value has at least 4 bytes, or masking it would hide everything. */
            secret?: boolean;
            value: string;
        } | null;
        /**
         * @description How a finished run ended.
         * @enum {string}
         */
        Outcome: "passed" | "failed" | "error" | "no_tests" | "timed_out" | "cancelled" | "lost";
        /** @description One page of a list; ask again with `cursor=<next_cursor>` for the page after it. */
        Page_Artifact: {
            items: {
                /**
                 * @description What it is served as; everything but pictures and text is for saving only.
                 * @example image/png
                 */
                media_type: string;
                modified_at: components["schemas"]["Timestamp"];
                /**
                 * @description Relative to the folder.
                 * @example screens/checkout.png
                 */
                name: string;
                /**
                 * Format: int64
                 * @description Bytes.
                 */
                size: number;
            }[];
            /** @description Opaque; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list; ask again with `cursor=<next_cursor>` for the page after it. */
        Page_Comment: {
            items: {
                /** @example ann */
                author: string;
                created_at: components["schemas"]["Timestamp"];
                /** Format: int64 */
                id: number;
                /**
                 * @description `null` for the whole run.
                 * @example checkout/test_cart.py::test_total
                 */
                nodeid: string | null;
                /** @example the price list of environment 7 is of last year */
                text: string | null;
                /**
                 * @description Of a ticket. Whoever shows it shows it as text: anybody may have written it.
                 * @example https://tickets.example.com/SHOP-112
                 */
                url: string | null;
            }[];
            /** @description Opaque; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list; ask again with `cursor=<next_cursor>` for the page after it. */
        Page_Environment: {
            items: {
                description: string;
                holder: components["schemas"]["Holder"] | null;
                /**
                 * Format: int64
                 * @example 7
                 */
                id: number;
                labels: string[];
                /** @description Why it takes no new runs, when it does not. */
                maintenance: string | null;
                name: string;
                /**
                 * @description Which network the tests have in it where neither run nor template says so: `machine`, or `none` but a loopback
                 *     device of their own.
                 * @example machine
                 */
                network: string;
                queue: components["schemas"]["Queue"];
                reservation: components["schemas"]["Reservation"] | null;
                state: components["schemas"]["EnvironmentState"];
                /** @description Variables that every run in it sees; a value of `null` is secret. */
                variables: {
                    [key: string]: string | null;
                };
            }[];
            /** @description Opaque; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list; ask again with `cursor=<next_cursor>` for the page after it. */
        Page_FileChange: {
            items: {
                changed_at: components["schemas"]["Timestamp"];
                /** @description Who did it; `null` when nobody gave a name. */
                changed_by: string | null;
                /** Format: int64 */
                id: number;
                kind: components["schemas"]["FileChangeKind"];
                moved_from: string | null;
                /** @description Where the file is after the change; of a deleted one, where it was. */
                path: string;
                /** @description Of the content that was replaced. */
                replaced_sha256: string | null;
                /** @description Of its content after the change; of a deleted one, before. */
                sha256: string | null;
                /**
                 * Format: int64
                 * @description Bytes of that content.
                 */
                size: number | null;
            }[];
            /** @description Opaque; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list; ask again with `cursor=<next_cursor>` for the page after it. */
        Page_Plan: {
            items: {
                /**
                 * Format: int64
                 * @example 3
                 */
                id: number;
                /** @example checkout */
                name: string;
                /**
                 * @description Files, directories or node ids, relative to the tests root, in the order in which they run.
                 * @example [
                 *       "checkout/test_cart.py",
                 *       "login"
                 *     ]
                 */
                targets: string[];
            }[];
            /** @description Opaque; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list; ask again with `cursor=<next_cursor>` for the page after it. */
        Page_Run: {
            items: {
                /**
                 * Format: int64
                 * @description Which execution this is or will be, from 1.
                 */
                attempt: number;
                cancel: components["schemas"]["Cancel"] | null;
                /**
                 * Format: int64
                 * @description How many comments it has.
                 */
                comments: number;
                created_at: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description From start to end in milliseconds; `null` until it has ended, and when it never started.
                 */
                duration_ms: number | null;
                environment: components["schemas"]["EnvironmentName"] | null;
                environment_any: components["schemas"]["Labels"] | null;
                finished_at: components["schemas"]["Timestamp"] | null;
                /**
                 * Format: int64
                 * @example 112
                 */
                id: number;
                note: string | null;
                outcome: components["schemas"]["Outcome"] | null;
                /** @description Numbers of the test plans that it was asked for with, the template's included; they may have changed since. */
                plans: number[];
                /**
                 * Format: int64
                 * @description Place in the queue of its environment, or of those that take any with the same labels: 1 is next; `null` unless queued.
                 */
                position: number | null;
                progress: components["schemas"]["Progress"];
                /**
                 * @description Why it ended as it did, in words.
                 * @example 1 failed
                 */
                reason: string | null;
                /** @example ann */
                requester: string;
                /**
                 * Format: int64
                 * @description How many reruns of itself it has.
                 */
                rerun_count: number;
                /** Format: int64 */
                rerun_of: number | null;
                /**
                 * @description Whether the interpreter was already there.
                 * @example cold
                 */
                start_mode: string | null;
                start_mode_reason: string | null;
                started_at: components["schemas"]["Timestamp"] | null;
                state: components["schemas"]["State"];
                /**
                 * @description Files, directories or node ids, relative to the tests root: all of them, also those of plans and template.
                 * @example [
                 *       "checkout/test_cart.py::test_total"
                 *     ]
                 */
                targets: string[];
                /** @description Name of the template that it was asked for with; it may have changed since. */
                template: string | null;
                /**
                 * @description What it waits for, in words; `null` unless queued.
                 * @example run 111 to end in environment 7
                 */
                waits_for: string | null;
            }[];
            /** @description Opaque; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list; ask again with `cursor=<next_cursor>` for the page after it. */
        Page_Template: {
            items: {
                description: string;
                /** @example nightly */
                name: string;
                /** @description What a run does that does not say otherwise. */
                options: components["schemas"]["RunOptions"];
                /** @description What a person chooses when running it. */
                parameters: components["schemas"]["Parameter"][];
                /** @description Numbers of test plans, whose targets run before its own. */
                plans: number[];
                /** @description Files, directories or node ids, relative to the tests root. */
                targets: string[];
                /** @description Environment variables of the tests, on top of those of the environment. */
                variables: {
                    [key: string]: string;
                };
            }[];
            /** @description Opaque; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list; ask again with `cursor=<next_cursor>` for the page after it. */
        Page_TestCase: {
            items: {
                /**
                 * Format: double
                 * @description Milliseconds of all phases; `null` until it has ended.
                 */
                duration_ms: number | null;
                label: components["schemas"]["Label"] | null;
                log: components["schemas"]["LogRange"] | null;
                memory: components["schemas"]["MemoryUse"] | null;
                /** @description The last line of the failure, the reason of a skip, or why it has no report. */
                message: string | null;
                /** @example checkout/test_cart.py::test_total[EUR] */
                nodeid: string;
                /**
                 * Format: int64
                 * @description Order of execution, from 0.
                 */
                number: number;
                outcome: components["schemas"]["TestOutcome"];
                phases: components["schemas"]["Phase"][];
                /** @description What pytest captured, with its own titles. */
                sections: components["schemas"]["Section"][];
                started_at: components["schemas"]["Timestamp"] | null;
                /** @description In pytest's words; where all threads were, if it hung or crashed its interpreter. */
                traceback: string | null;
                /**
                 * @description The evidence for the label, in words.
                 * @example it was good in run 111, the one before
                 */
                why: string | null;
            }[];
            /** @description Opaque; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list; ask again with `cursor=<next_cursor>` for the page after it. */
        Page_Worker: {
            items: {
                /** @description Labels and numbers of the environments that it serves; all of them when there are none. */
                environments: string[];
                /**
                 * Format: int64
                 * @example 3
                 */
                id: number;
                /**
                 * Format: int64
                 * @description How far runs are kept apart there, 3 to 0; `null` until it has tried.
                 */
                isolation_rung: number | null;
                /** @description What its operator says of it. */
                labels: string[];
                /** @description When it last proved that it lives. */
                last_seen_at: components["schemas"]["Timestamp"];
                /**
                 * @description Of its machine.
                 * @example bench-1
                 */
                name: string;
                /** @description The numbers of those that it executes now. */
                runs: number[];
                /**
                 * Format: int64
                 * @description Runs that it executes at once.
                 */
                slots: number;
                started_at: components["schemas"]["Timestamp"];
                state: components["schemas"]["WorkerState"];
                version: string;
            }[];
            /** @description Opaque; `null` on the last page. */
            next_cursor: string | null;
        };
        /**
         * @description A named choice that the tests read as an environment variable.
         * @example {
         *       "choices": [
         *         "REST",
         *         "SOAP"
         *       ],
         *       "default": "REST",
         *       "description": "How the orders get in",
         *       "name": "INTERFACE"
         *     }
         */
        Parameter: {
            /** @description Different values; how long one may be is in `GET /settings`. */
            choices: string[];
            /** @description One of the choices; without a default every run has to choose. */
            default: string | null;
            /** @description Its length is counted in bytes. */
            description?: string;
            /** @description Name of the environment variable. */
            name: string;
        };
        /** @description Setup, call or teardown. */
        Phase: {
            /** Format: double */
            duration_ms: number;
            /** @example call */
            name: string;
            /** @example passed */
            outcome: string;
        };
        /** @description A numbered, named list of targets. */
        Plan: {
            /**
             * Format: int64
             * @example 3
             */
            id: number;
            /** @example checkout */
            name: string;
            /**
             * @description Files, directories or node ids, relative to the tests root, in the order in which they run.
             * @example [
             *       "checkout/test_cart.py",
             *       "login"
             *     ]
             */
            targets: string[];
        };
        /** @description One file that was sent to be looked at. */
        PreviewedFile: {
            /** @description Which of the files in the request it is in, from 0. */
            part: number;
            /** @description Where it would be stored; of a refused one its name, as it was sent. */
            path: string;
            /** @description Why it is refused. */
            reason: string | null;
            sha256: string | null;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number | null;
            syntax_error: components["schemas"]["SyntaxError"] | null;
            verdict: components["schemas"]["UploadVerdict"];
        };
        /** @description An error answer, `application/problem+json` (RFC 9457). */
        Problem: {
            /**
             * @description Stable, for programs.
             * @example invalid_body
             */
            code: string;
            /**
             * @description What is, and what to do next.
             * @example 2 mistakes; nothing was stored
             */
            detail: string;
            /** @description All mistakes at once. */
            errors?: components["schemas"]["Mistake"][];
            /** @description Also in the `X-Request-Id` header and in the server's log. */
            request_id: string;
            /**
             * Format: int32
             * @description The HTTP status once more.
             * @example 422
             */
            status: number;
            /** @example the body has mistakes */
            title: string;
            /**
             * @description A URI reference that names the kind of problem.
             * @example /api/docs#invalid_body
             */
            type: string;
        };
        /** @description Counts of test cases; `collected` is 0 until they are known. */
        Progress: {
            /** Format: int64 */
            collected: number;
            /** Format: int64 */
            error: number;
            /** Format: int64 */
            failed: number;
            /** Format: int64 */
            passed: number;
            /** Format: int64 */
            skipped: number;
            /** Format: int64 */
            xfailed: number;
            /** Format: int64 */
            xpassed: number;
        };
        /** @description What is not there any more of a run because of its age or size. */
        Pruned: {
            at: components["schemas"]["Timestamp"] | null;
            /** @description `log`, `artifacts`, or `files`: the test files as the run read them. */
            part: string;
            /** @example logs are kept for 90 days */
            reason: string;
            /** @description All of it in one sentence. */
            words: string;
        };
        /** @description The queued runs of an environment. */
        Queue: {
            length: number;
            /** @description First to start first. */
            runs: number[];
        };
        /** @description What a server needs to do its work, and whether it is there. */
        Readiness: {
            checks: components["schemas"]["Check"][];
            ready: boolean;
            version: string;
        };
        /** @description A record that came too late. */
        Refused: {
            at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description The fence that it came with; the environment had a later one by then, or none.
             */
            epoch: number;
            /** @example that it ended as passed */
            what: string;
        };
        /** @description How to run again what a run ran; every field is optional. */
        Rerun: {
            environment?: components["schemas"]["EnvironmentChoice"] | null;
            /** @description Only the test cases that did not pass. */
            failed_only?: boolean;
            files?: ("same" | "today") & Record<string, never>;
            /** @description Who asks; the requester of the first run when absent. */
            requester?: string | null;
        };
        /** @description A run, all of its reruns and theirs, and what became of what failed in the first one. */
        RerunChain: {
            /** @description Test cases that failed, broke or were lost in the first run, in its order. */
            items: components["schemas"]["ChainItem"][];
            /** @description Oldest first: each is a rerun of one before it. At most 50. */
            runs: components["schemas"]["Run"][];
        };
        /** @description A person keeps an environment: until then only this person's runs start there. */
        Reservation: {
            person: string;
            reason: string;
            since: components["schemas"]["Timestamp"] | null;
            until: components["schemas"]["Timestamp"];
        };
        /** @description `event: reset`: what came in between is not kept; the present state of every topic follows, forget the rest. */
        Reset: {
            reason: string;
        };
        /** @description A run as lists and the stream show it. */
        Run: {
            /**
             * Format: int64
             * @description Which execution this is or will be, from 1.
             */
            attempt: number;
            cancel: components["schemas"]["Cancel"] | null;
            /**
             * Format: int64
             * @description How many comments it has.
             */
            comments: number;
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description From start to end in milliseconds; `null` until it has ended, and when it never started.
             */
            duration_ms: number | null;
            environment: components["schemas"]["EnvironmentName"] | null;
            environment_any: components["schemas"]["Labels"] | null;
            finished_at: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @example 112
             */
            id: number;
            note: string | null;
            outcome: components["schemas"]["Outcome"] | null;
            /** @description Numbers of the test plans that it was asked for with, the template's included; they may have changed since. */
            plans: number[];
            /**
             * Format: int64
             * @description Place in the queue of its environment, or of those that take any with the same labels: 1 is next; `null` unless queued.
             */
            position: number | null;
            progress: components["schemas"]["Progress"];
            /**
             * @description Why it ended as it did, in words.
             * @example 1 failed
             */
            reason: string | null;
            /** @example ann */
            requester: string;
            /**
             * Format: int64
             * @description How many reruns of itself it has.
             */
            rerun_count: number;
            /** Format: int64 */
            rerun_of: number | null;
            /**
             * @description Whether the interpreter was already there.
             * @example cold
             */
            start_mode: string | null;
            start_mode_reason: string | null;
            started_at: components["schemas"]["Timestamp"] | null;
            state: components["schemas"]["State"];
            /**
             * @description Files, directories or node ids, relative to the tests root: all of them, also those of plans and template.
             * @example [
             *       "checkout/test_cart.py::test_total"
             *     ]
             */
            targets: string[];
            /** @description Name of the template that it was asked for with; it may have changed since. */
            template: string | null;
            /**
             * @description What it waits for, in words; `null` unless queued.
             * @example run 111 to end in environment 7
             */
            waits_for: string | null;
        };
        /** @description A run with everything that is known of it. */
        RunDetails: components["schemas"]["Run"] & {
            /** @description Runs of the same environment that start earlier, first to start first. */
            ahead: number[];
            attempts: components["schemas"]["Attempt"][];
            /** @description The same as a person would type it; empty until it has started. */
            command: string[];
            estimated_end_at: components["schemas"]["Timestamp"] | null;
            estimated_start_at: components["schemas"]["Timestamp"] | null;
            /** @description How the processes are kept apart. */
            isolation: string | null;
            /**
             * Format: int64
             * @description 3: sandbox and control groups, 2: sandbox, 1: landlock, 0: none of them.
             * @example 3
             */
            isolation_rung: number | null;
            log: components["schemas"]["LogState"];
            /** @description Those of the request and, where it said nothing, of the template. */
            options: components["schemas"]["RunOptions"];
            /** @description What was chosen for each parameter of the template, defaults included. */
            parameters: {
                [key: string]: string;
            };
            /** @description What was removed of it because of its age or size. */
            pruned: components["schemas"]["Pruned"][];
            /** @description Records that came when an attempt did not hold the environment any more. They changed nothing. */
            refused: components["schemas"]["Refused"][];
            /** @description Numbers of its reruns, oldest first; `GET /runs/{id}/reruns` has also theirs, and what became of its failures. */
            reruns: number[];
            /**
             * @description SHA-256 of the whole tests root as it was when the run was asked for, and as the run sees it; `null` when it is
             *     too large to be kept, and the run reads the files as they are.
             */
            snapshot: string | null;
            /** @description The files that its targets name, as they were when it was asked for. */
            sources: components["schemas"]["Source"][];
            usage: components["schemas"]["Usage"] | null;
            /** @description Those of the template and of the request; those of the environment are added when it starts. */
            variables: {
                [key: string]: string;
            };
        };
        /** @description What the processes of a run together may use at most; what is left out is as the server's operator has set it. */
        RunLimits: {
            /**
             * Format: int32
             * @description Hundredths of one processor.
             */
            cpu_percent?: number | null;
            /**
             * Format: int64
             * @description Bytes of the log that are kept.
             */
            log_bytes?: number | null;
            /**
             * Format: int64
             * @example 2147483648
             */
            memory_bytes?: number | null;
            /**
             * Format: int32
             * @description Processes and threads at once.
             */
            processes?: number | null;
            /**
             * Format: int64
             * @description Bytes of temporary files.
             */
            tmp_bytes?: number | null;
        };
        /** @description How to run; every field is optional. There are no free-form pytest arguments. */
        RunOptions: {
            /** @description Name of an interpreter that the operator has configured; the server's own when absent. */
            interpreter?: string | null;
            /**
             * Format: int32
             * @description When the run fails, breaks or takes too long, its requester keeps the environment for so many minutes.
             */
            keep_if_failed_minutes?: number | null;
            /**
             * @description Only tests that match this expression of names, as pytest's `-k`.
             * @example total and not slow
             */
            keyword?: string | null;
            leak?: components["schemas"]["LeakHunt"] | null;
            limits?: components["schemas"]["RunLimits"] | null;
            /** @description Only tests that match this expression of markers, as pytest's `-m`. */
            markers?: string | null;
            /**
             * Format: int32
             * @description Stop after this many failures.
             */
            max_failures?: number | null;
            /**
             * @description `machine`: the network of the machine, as when absent; `none`: the tests reach nothing but a loopback device of
             *     their own. A machine that grants no network namespaces refuses such a run.
             * @example none
             */
            network?: string | null;
            /**
             * Format: int32
             * @description How many more attempts a lost run gets.
             */
            retry_lost?: number | null;
            /**
             * @description `auto`: a fork of a warm interpreter when one is ready; `warm`: the same, waiting for one that gets ready;
             *     `cold`: a new interpreter.
             * @example auto
             */
            start?: string | null;
            /**
             * Format: int32
             * @description Wall-clock limit in seconds, at most a week.
             */
            timeout_s?: number | null;
        };
        /** @description A run as it would be, joined with its plans and its template, and what would become of it now. */
        RunPreview: {
            /** @description Runs of the same environment that start earlier, first to start first; at most 50 are named. */
            ahead: number[];
            /** @description The same runs, with how long they take. */
            ahead_runs: components["schemas"]["AheadRun"][];
            /**
             * @description The same as a person would type it in the tests root.
             * @example [
             *       "python",
             *       "-m",
             *       "pytest",
             *       "checkout/test_cart.py"
             *     ]
             */
            command: string[];
            /**
             * @description What asks for the same run from a script, for a shell.
             * @example proctor run --environment=7 --as=ann checkout/test_cart.py
             */
            command_line: string;
            environment: components["schemas"]["EnvironmentName"] | null;
            environment_any: components["schemas"]["Labels"] | null;
            /**
             * Format: int64
             * @description From start to end in milliseconds.
             */
            estimated_duration_ms: number | null;
            estimated_end_at: components["schemas"]["Timestamp"] | null;
            estimated_start_at: components["schemas"]["Timestamp"] | null;
            /**
             * @description Files with tests; `null` when they were not looked at.
             * @example 14
             */
            file_count: number | null;
            note: string | null;
            options: components["schemas"]["RunOptions"];
            parameters: {
                [key: string]: string;
            };
            plans: number[];
            /**
             * Format: int64
             * @description Place that it would have in the queue of its environment, or of those that take any with the same labels: 1 is next.
             */
            position: number;
            requester: string;
            /** @description All targets in the order in which they would run. */
            targets: string[];
            template: string | null;
            /**
             * @description Test cases; `null` when they have not been collected before. Nothing is executed to find out.
             * @example 332
             */
            test_count: number | null;
            /**
             * @description What there is to say about the count, in words: why it is not known, or how sure it is.
             * @example keyword and markers choose among them
             */
            test_count_note: string | null;
            /** @description Those of the template and of the request. */
            variables: {
                [key: string]: string;
            };
            /**
             * @description What it would wait for, in words.
             * @example run 111 to end in environment 7
             */
            waits_for: string;
        };
        /** @description Captured text. */
        Section: {
            /** @example Captured log call */
            name: string;
            text: string;
        };
        /** @description The most that is taken, by the names that the limits have in the server's configuration. */
        SentLimits: {
            /** @description Bytes of a JSON body. */
            body_bytes: number;
            /** @description Bytes of one choice. */
            choice_bytes: number;
            /** @description Choices of a parameter. */
            choices: number;
            /**
             * Format: int64
             * @description Comments on one run.
             */
            comments: number;
            /** @description Bytes of a description. */
            description_bytes: number;
            /** @description Bytes of one of them. */
            label_bytes: number;
            /** @description Labels of an environment. */
            labels: number;
            /** @description Characters of the name of a plan, a template or an environment. */
            name_characters: number;
            /** @description Bytes of a note or a reason. */
            note_bytes: number;
            /** @description Parameters of a template. */
            parameters: number;
            /** @description Test plans that a run or a template names. */
            plans: number;
            /** @description Characters of a user name. */
            requester_characters: number;
            /**
             * Format: int64
             * @description The longest that a person may keep an environment.
             */
            reservation_days: number;
            /** @description Targets of a run together with those of its plans and its template. */
            targets: number;
            /**
             * Format: int64
             * @description Bytes of the files of one upload together.
             */
            upload_bytes: number;
            upload_files: number;
            /** @description Bytes of the value of one of them. */
            variable_bytes: number;
            /** @description Environment variables of a run together with those of its template. */
            variables: number;
        };
        /** @description What a client may choose from on this server, and how much it may send. */
        Settings: {
            /**
             * @description Names for `options.interpreter`; a run that names none has the server's own.
             * @example [
             *       "3.11",
             *       "3.13"
             *     ]
             */
            interpreters: string[];
            limits: components["schemas"]["SentLimits"];
            version: string;
        };
        /** @description A file by its content. */
        Source: {
            /** @description Relative to the tests root. */
            path: string;
            sha256: string;
        };
        /**
         * @description Where a run is.
         * @enum {string}
         */
        State: "queued" | "running" | "finished";
        /** @description Where a Python file cannot be compiled by the interpreter that would run it. */
        SyntaxError: {
            /**
             * Format: int64
             * @description Characters, from 1.
             */
            column: number | null;
            /**
             * Format: int64
             * @description From 1.
             */
            line: number | null;
            /** @example '(' was never closed */
            message: string;
            /** @description The line itself. */
            text: string | null;
        };
        /** @description A saved way to run. */
        Template: {
            description: string;
            /** @example nightly */
            name: string;
            /** @description What a run does that does not say otherwise. */
            options: components["schemas"]["RunOptions"];
            /** @description What a person chooses when running it. */
            parameters: components["schemas"]["Parameter"][];
            /** @description Numbers of test plans, whose targets run before its own. */
            plans: number[];
            /** @description Files, directories or node ids, relative to the tests root. */
            targets: string[];
            /** @description Environment variables of the tests, on top of those of the environment. */
            variables: {
                [key: string]: string;
            };
        };
        /** @description A test case of a run that has started. */
        TestCase: {
            /**
             * Format: double
             * @description Milliseconds of all phases; `null` until it has ended.
             */
            duration_ms: number | null;
            label: components["schemas"]["Label"] | null;
            log: components["schemas"]["LogRange"] | null;
            memory: components["schemas"]["MemoryUse"] | null;
            /** @description The last line of the failure, the reason of a skip, or why it has no report. */
            message: string | null;
            /** @example checkout/test_cart.py::test_total[EUR] */
            nodeid: string;
            /**
             * Format: int64
             * @description Order of execution, from 0.
             */
            number: number;
            outcome: components["schemas"]["TestOutcome"];
            phases: components["schemas"]["Phase"][];
            /** @description What pytest captured, with its own titles. */
            sections: components["schemas"]["Section"][];
            started_at: components["schemas"]["Timestamp"] | null;
            /** @description In pytest's words; where all threads were, if it hung or crashed its interpreter. */
            traceback: string | null;
            /**
             * @description The evidence for the label, in words.
             * @example it was good in run 111, the one before
             */
            why: string | null;
        };
        /**
         * @description `event: test`: a test case of a run, as it is now. Long texts are cut, then `cut` is true and
         *     `GET /runs/{id}/tests?number=` has the whole.
         */
        TestChange: components["schemas"]["TestCase"] & {
            cut: boolean;
            /** Format: int64 */
            run_id: number;
        };
        /**
         * @description How a test case ended; `running` and `lost` are those that started and have no report yet, or never will.
         * @enum {string}
         */
        TestOutcome: "passed" | "failed" | "error" | "skipped" | "xfailed" | "xpassed" | "running" | "lost";
        /** @description `event: tests`: something below the tests root changed; fetch what is shown again. */
        TestsChange: {
            /** @description Also what is deeper may have changed; with an empty path, look again at everything. */
            below: boolean;
            /**
             * @description The directory whose entries changed, relative to the tests root; empty for the root itself.
             * @example checkout
             */
            path: string;
        };
        /**
         * Format: date-time
         * @description A point in time: RFC 3339 in UTC with milliseconds.
         * @example 2026-03-01T14:20:03.250Z
         */
        Timestamp: string;
        /** @description A directory below the tests root with what is in it, or what a search found in it at any depth. */
        Tree: {
            directories: components["schemas"]["Directory"][];
            files: components["schemas"]["File"][];
            /** @description More was found than is listed: narrow the search. */
            more: boolean;
            /**
             * @description Relative to the tests root; empty for the root itself.
             * @example checkout
             */
            path: string;
        };
        /** @description What was stored. */
        Upload: {
            items: components["schemas"]["UploadedFile"][];
            /**
             * @description Names of files that were left out, because no test needs them and lists do not show them: `__pycache__`, names
             *     that begin with a dot, and the like.
             */
            left_out: string[];
            /** @description Why some files were not searched for syntax errors. */
            unchecked: string | null;
        };
        /** @description What is sent as `multipart/form-data`. */
        UploadForm: {
            /**
             * @description Where to store the files, relative to the tests root; missing directories are made. Empty for the root itself.
             * @example checkout
             */
            directory: string | null;
            /**
             * @description Python files and data files beside them. The file name of a part may be a path with slashes below `directory`.
             *     One .zip alone stands for the files in it. `files` is taken too.
             */
            "files[]": string[];
            on_conflict?: ("refuse" | "replace") & Record<string, never>;
            /**
             * @description Who sends them.
             * @example ann
             */
            uploaded_by?: string;
        };
        /** @description What would be stored; nothing is. */
        UploadPreview: {
            items: components["schemas"]["PreviewedFile"][];
            /** @description As in `Upload`. */
            left_out: string[];
            /** @description As in `Upload`. */
            unchecked: string | null;
        };
        /**
         * @description What would become of a file: `exists` when another file is in its place, `unchanged` when the same content is.
         * @enum {string}
         */
        UploadVerdict: "new" | "exists" | "unchanged" | "refused";
        /** @description One file that was stored. */
        UploadedFile: {
            /** @example checkout/test_cart.py */
            path: string;
            /** @description Another file was there before; its content is kept. */
            replaced: boolean;
            sha256: string;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
            syntax_error: components["schemas"]["SyntaxError"] | null;
        };
        /** @description What the processes of a run used. */
        Usage: {
            /**
             * Format: int64
             * @description Of its artifacts.
             */
            artifacts_bytes?: number;
            /**
             * Format: int64
             * @description User and system time of all processes, in milliseconds.
             */
            cpu_ms: number;
            /**
             * Format: int64
             * @description The most memory of all its processes at once, as far as it was seen, in bytes.
             */
            memory_peak_bytes: number;
            /**
             * Format: int64
             * @description The most processes and threads at once, as far as they were seen.
             */
            processes_peak?: number;
            /**
             * Format: int64
             * @description Read from disks.
             */
            read_bytes?: number;
            /** Format: int64 */
            written_bytes?: number;
        };
        /** @description `event: usage`: a new sample of what a run uses. None comes twice; `GET /runs/{id}/usage` has those of before. */
        UsageChange: components["schemas"]["UsageSample"] & {
            /** Format: int64 */
            run_id: number;
        };
        /** @description What a run was held to. */
        UsageLimits: {
            /** Format: int64 */
            memory_bytes: number;
            /**
             * Format: int32
             * @description Processes and threads at once.
             */
            processes: number;
            /** Format: int32 */
            timeout_s: number;
        };
        /** @description What all processes of a run together use. */
        UsageSample: {
            at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description User and system time since the start of the run, in milliseconds.
             */
            cpu_ms: number;
            /**
             * Format: int64
             * @description The most that was seen since the sample before.
             */
            memory_bytes: number;
            /**
             * Format: int64
             * @description The most processes and threads that were seen since the sample before.
             */
            processes: number;
            /**
             * Format: int64
             * @description Read from disks since the start of the run, as far as it was seen.
             */
            read_bytes: number;
            /** Format: int64 */
            written_bytes: number;
        };
        /** @description Samples of a run, oldest first, and the sum of it all once it has ended. */
        UsageSeries: {
            items: components["schemas"]["UsageSample"][];
            limits: components["schemas"]["UsageLimits"] | null;
            /**
             * @description Limits of which it used nine tenths or more, in words.
             * @example [
             *       "its memory came to 3.8 GiB, and its limit is 4 GiB"
             *     ]
             */
            near: string[];
            total: components["schemas"]["Usage"] | null;
        };
        /** @description A process that executes runs. */
        Worker: {
            /** @description Labels and numbers of the environments that it serves; all of them when there are none. */
            environments: string[];
            /**
             * Format: int64
             * @example 3
             */
            id: number;
            /**
             * Format: int64
             * @description How far runs are kept apart there, 3 to 0; `null` until it has tried.
             */
            isolation_rung: number | null;
            /** @description What its operator says of it. */
            labels: string[];
            /** @description When it last proved that it lives. */
            last_seen_at: components["schemas"]["Timestamp"];
            /**
             * @description Of its machine.
             * @example bench-1
             */
            name: string;
            /** @description The numbers of those that it executes now. */
            runs: number[];
            /**
             * Format: int64
             * @description Runs that it executes at once.
             */
            slots: number;
            started_at: components["schemas"]["Timestamp"];
            state: components["schemas"]["WorkerState"];
            version: string;
        };
        /**
         * @description Whether a worker takes runs.
         * @enum {string}
         */
        WorkerState: "active" | "draining" | "silent";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    compare_runs: {
        parameters: {
            query: {
                /**
                 * @description Comma list of the numbers of 2 to 4 runs; changes are from the first to the last.
                 * @example 111,112
                 */
                runs: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All test cases of the runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comparison"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    list_environments: {
        parameters: {
            query?: {
                /**
                 * @description Comma list of `free`, `busy`, `reserved`, `maintenance`.
                 * @example free,reserved
                 */
                state?: string;
                /**
                 * @description Comma list of labels; an environment must have all of them.
                 * @example gpu,eu
                 */
                label?: string;
                /** @description Part of the name, the description, a label or a person's name, in any case; or a number. */
                q?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description At most this many, 1 to 200; 200 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of environments, by number */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Environment"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    create_environment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEnvironment"];
            };
        };
        responses: {
            /** @description The environment */
            201: {
                headers: {
                    /** @description The address of the environment */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Environment"];
                };
            };
            /** @description The body is not JSON, or a header is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is one with this number */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_environment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the environment
                 * @example 7
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The environment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Environment"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    delete_environment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the environment
                 * @example 107
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description Runs are running or queued there, or somebody has reserved it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    update_environment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the environment
                 * @example 7
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnvironmentChanges"];
            };
        };
        responses: {
            /** @description The environment as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Environment"];
                };
            };
            /** @description The body is not JSON, or a header is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    reserve_environment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the environment
                 * @example 7
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReservation"];
            };
        };
        responses: {
            /** @description The environment as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Environment"];
                };
            };
            /** @description The body is not JSON, or a header is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description Somebody else keeps it, or has a run running there */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    release_environment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the environment
                 * @example 7
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nobody keeps it */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_history: {
        parameters: {
            query: {
                /**
                 * @description The node id, as runs show it.
                 * @example checkout/test_cart.py::test_total
                 */
                nodeid: string;
                /** @description Only results of the environment with this number. */
                environment?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description At most this many results, 1 to 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Results, newest run first; none for a node id that nobody ran */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["History"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_leaderboards: {
        parameters: {
            query?: {
                /** @description So many days, today included, each from midnight to midnight UTC; 1 to 366, 14 when absent. */
                days?: number;
                /** @description At most this many test cases on each, 1 to 200; 10 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Three lists of test cases */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Leaderboards"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    list_plans: {
        parameters: {
            query?: {
                /** @description Part of the name or of a target, in any case; or the number of a plan. */
                q?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description At most this many, 1 to 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of test plans */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Plan"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    create_plan: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPlan"];
            };
        };
        responses: {
            /** @description The test plan with its number */
            201: {
                headers: {
                    /** @description The address of the test plan */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description The body is not JSON, or a header is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description Something else has this name; the code is `name_taken`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_plan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the test plan
                 * @example 3
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The test plan */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    update_plan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the test plan
                 * @example 3
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangedPlan"];
            };
        };
        responses: {
            /** @description The test plan as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description The body is not JSON, or a header is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description Something else has this name; the code is `name_taken`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    delete_plan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the test plan
                 * @example 3
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description Something else needs it, and is named; the code is `plan_in_use`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    list_runs: {
        parameters: {
            query?: {
                /**
                 * @description Comma list of `queued`, `running`, `finished`.
                 * @example queued,running
                 */
                state?: string;
                /**
                 * @description Comma list of `passed`, `failed`, `error`, `no_tests`, `timed_out`, `cancelled`, `lost`.
                 * @example failed,error
                 */
                outcome?: string;
                /**
                 * @description Comma list of numbers and ranges.
                 * @example 1-40,77
                 */
                environment?: string;
                /** @description Exactly this user name. */
                requester?: string;
                /** @description Exactly this template. */
                template?: string;
                /** @description Number of a test plan. */
                plan?: number;
                /** @description Part of one of the targets. */
                target?: string;
                /** @description Part of the requester, a target, the template or the note, in any case; or the number of a run. */
                q?: string;
                /** @description Created at this time or later. */
                created_from?: components["schemas"]["Timestamp"];
                /** @description Created at this time or earlier. */
                created_to?: components["schemas"]["Timestamp"];
                /**
                 * @description `-id` (newest first, the default), `id`, `-created_at` or `created_at`; runs are numbered as they are created.
                 * @example -id
                 */
                sort?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description At most this many, 1 to 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Run"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    create_run: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 visible characters, new for each run that is wanted */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRun"];
            };
        };
        responses: {
            /** @description The run, queued */
            201: {
                headers: {
                    /** @description `true` when an earlier request with the same key made it */
                    "Idempotency-Replayed"?: string;
                    /** @description The address of the run */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetails"];
                };
            };
            /** @description The body is not JSON, or a header is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The key was used with another body */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not sent as application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The data disk is full */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_run: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRun"];
            };
        };
        responses: {
            /** @description What would run, where, and when */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPreview"];
                };
            };
            /** @description The body is not JSON, or a header is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    list_run_artifacts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them on one page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Artifact"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_run_artifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
                /**
                 * @description Its name
                 * @example screens/checkout.png
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    cancel_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
            };
            cookie?: never;
        };
        /** @description May be left out */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CancelRun"] | null;
            };
        };
        responses: {
            /** @description The run, as it is now */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It has finished already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    list_comments: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description At most this many, 1 to 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of comments */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Comment"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    create_comment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewComment"];
            };
        };
        responses: {
            /** @description The comment */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comment"];
                };
            };
            /** @description The body is not JSON, or a header is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The run has as many comments as it can have */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    delete_comment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
                /**
                 * @description Number of the comment
                 * @example 7
                 */
                comment: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_run_junit: {
        parameters: {
            query?: {
                /** @description Names the file of each test case, of which GitLab makes links; Jenkins' schema does not know it. */
                file?: boolean;
            };
            header?: never;
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One `testsuite`, as far as the run has come */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_run_leak: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The verdict, the curve and the sites */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakReport"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_run_log: {
        parameters: {
            query?: {
                /** @description First line, counted from 1. */
                from_line?: number;
                /** @description At most this many lines, 1 to 2,000; 500 when absent. */
                count?: number;
            };
            header?: {
                /**
                 * @description One range of bytes
                 * @example bytes=0-1023
                 */
                Range?: string | null;
            };
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole log, or some lines */
            200: {
                headers: {
                    /** @description Changes as the log grows; an older one still fits `If-Range` */
                    ETag?: string;
                    /** @description `true` when nothing will be added any more */
                    "X-Log-Complete"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                    "application/json": components["schemas"]["LogLines"];
                };
            };
            /** @description Some bytes */
            206: {
                headers: {
                    /** @description Which bytes */
                    "Content-Range"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The range lies outside of the log */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_run_log: {
        parameters: {
            query: {
                /**
                 * @description Text or pattern, at most 1,024 bytes.
                 * @example Connection refused
                 */
                q: string;
                /** @description `true`: `q` is a regular expression. */
                regex?: boolean;
                /** @description `true`: upper and lower case differ. */
                case?: boolean;
                /**
                 * @description First line to look at, counted from 1: the one behind the last of the answer before, or the first that was not
                 *     there yet.
                 */
                from_line?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lines that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogMatches"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    rerun_run: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of 1 to 255 visible characters, new for each run that is wanted */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
            };
            cookie?: never;
        };
        /** @description May be left out */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Rerun"] | null;
            };
        };
        responses: {
            /** @description The new run, queued */
            201: {
                headers: {
                    /** @description The address of the new run */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetails"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description `failed_only`, and nothing failed; or the key was used with another body */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_reruns: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of any run of the chain
                 * @example 112
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The chain */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RerunChain"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_run_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
                /**
                 * @description One of its `sources`
                 * @example checkout/test_cart.py
                 */
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file; `ETag` is the SHA-256 of its bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    list_run_tests: {
        parameters: {
            query?: {
                /**
                 * @description Comma list of `passed`, `failed`, `error`, `skipped`, `xfailed`, `xpassed`, `running`, `lost`.
                 * @example failed,error
                 */
                outcome?: string;
                /** @description Part of the node id. */
                q?: string;
                /**
                 * @description Comma list of numbers of test cases, at most 200; the other parameters do not count then.
                 * @example 0,17
                 */
                number?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description At most this many, 1 to 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of test cases */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TestCase"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_run_usage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the run
                 * @example 112
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The samples, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageSeries"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description It was there, and was removed because of its age or size; the answer says when and why. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
        };
    };
    stream: {
        parameters: {
            query: {
                /**
                 * @description Comma list of `runs`, `run:<id>` (at most 50), `environments`, `tests`.
                 * @example runs,run:12,environments
                 */
                topics: string;
                /** @description Where to go on, for clients that cannot send the `Last-Event-ID` header. */
                last_event_id?: string;
            };
            header?: {
                /** @description The last `id:` that was seen */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example event: log
                     *     data: {"run_id":12,"lines":40,"bytes":2113,"complete":false}
                     *     id: 0-431
                     */
                    "text/event-stream": string;
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    list_templates: {
        parameters: {
            query?: {
                /** @description Part of the name, the description, a target, or the name of a parameter or a variable, in any case. */
                q?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description At most this many, 1 to 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of templates */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Template"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    create_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTemplate"];
            };
        };
        responses: {
            /** @description The template */
            201: {
                headers: {
                    /** @description The address of the template */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description The body is not JSON, or a header is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description Something else has this name; the code is `name_taken`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the template
                 * @example nightly
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The template */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    update_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the template
                 * @example nightly
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTemplate"];
            };
        };
        responses: {
            /** @description The template as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description The body is not JSON, or a header is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description Something else has this name; the code is `name_taken`. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    delete_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the template
                 * @example nightly
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    list_tests: {
        parameters: {
            query?: {
                /** @description Directory relative to the tests root; the root itself when absent. */
                path?: string;
                /** @description Search at any depth for names that contain this text, in any case; for paths, when it has a slash. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is there */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tree"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    delete_tests: {
        parameters: {
            query: {
                /**
                 * @description File or directory relative to the tests root.
                 * @example checkout/test_cart.py
                 */
                path: string;
                /** @description Also a directory that is not empty, with everything in it. */
                recursive?: boolean;
                /**
                 * @description Who deletes it.
                 * @example ann
                 */
                requester?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedTests"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description A directory that is not empty, or holds too many files */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    move_tests: {
        parameters: {
            query: {
                /**
                 * @description File or directory relative to the tests root.
                 * @example checkout/test_cart.py
                 */
                path: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveTests"];
            };
        };
        responses: {
            /** @description Where it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovedTests"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is something at the new path */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    list_cases: {
        parameters: {
            query: {
                /**
                 * @description File relative to the tests root.
                 * @example checkout/test_cart.py
                 */
                path: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its test cases, in order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cases"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    list_file_changes: {
        parameters: {
            query?: {
                /**
                 * @description File relative to the tests root; it need not be there any more. All files when absent.
                 * @example checkout/test_cart.py
                 */
                path?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description 1 to 200, 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_FileChange"];
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_test_source: {
        parameters: {
            query: {
                /**
                 * @description File relative to the tests root.
                 * @example checkout/test_cart.py
                 */
                path: string;
                /** @description An earlier content of it, as `GET /tests/changes` names it; the present one when absent. */
                sha256?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file; `ETag` is the SHA-256 of its bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    upload_tests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["UploadForm"];
            };
        };
        responses: {
            /** @description What was stored, file by file */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description The body is not a form with files, or it ended early. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description Files are there already; `errors` names all of them. Nothing was stored */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body, or what is packed in it, goes beyond the limit that the answer names. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The body is not sent as multipart/form-data */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The disk is full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    preview_upload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["UploadForm"];
            };
        };
        responses: {
            /** @description What would become of each file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadPreview"];
                };
            };
            /** @description The body is not a form with files, or it ended early. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The body, or what is packed in it, goes beyond the limit that the answer names. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The body is not sent as multipart/form-data */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The disk is full. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    list_workers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them on one page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Worker"];
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    drain_worker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the worker
                 * @example 3
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The worker, as it is now */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worker"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    find_badge: {
        parameters: {
            query?: {
                /** @description Number of an environment. */
                environment?: number;
                /** @description Name of a template. */
                template?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A picture */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
            /** @description The query has mistakes; `errors` names each parameter. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example ok */
                    "text/plain": string;
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Runs, queues, environments, workers, streams, database, memory */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description The database does not answer; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description Stable, for programs.
                         * @example invalid_body
                         */
                        code: string;
                        /**
                         * @description What is, and what to do next.
                         * @example 2 mistakes; nothing was stored
                         */
                        detail: string;
                        /** @description All mistakes at once. */
                        errors?: components["schemas"]["Mistake"][];
                        /** @description Also in the `X-Request-Id` header and in the server's log. */
                        request_id: string;
                        /**
                         * Format: int32
                         * @description The HTTP status once more.
                         * @example 422
                         */
                        status: number;
                        /** @example the body has mistakes */
                        title: string;
                        /**
                         * @description A URI reference that names the kind of problem.
                         * @example /api/docs#invalid_body
                         */
                        type: string;
                    };
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Something is missing; the checks say what */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
}
