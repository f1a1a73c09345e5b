//! Packages that tests ask for beside them: installed once, kept, warm from the second run on, and told of when they
//! cannot be had. Everything comes from a directory of packages, so no index of the world is asked.

mod sources;

use std::net::TcpListener;
use std::path::PathBuf;

use proctor::wire::{Outcome, RunDetails};
use serde_json::json;

use self::sources::Sources;
use crate::harness::{Proctor, Settings, processes, wait_until};

/// Passes where this version of the package is installed.
const IMPORTS: &str = "
import sys, greeting

def test_greets():
    print('from', sys.prefix)
    assert greeting.WORDS == 'hello 1.0'
";

/// A Proctor that has packages from here alone.
fn proctor(sources: &Sources, toml: &str) -> Proctor {
    let variables = vec![("UV_FIND_LINKS", sources.path()), ("UV_OFFLINE", "1".to_owned())];
    // Runs have temporary files of their own, and see others only where the operator lets them.
    let toml = format!("{toml}[isolation]\nwritable = [{:?}]\n", sources.path());
    Proctor::with(Settings { toml, variables, ..Settings::default() })
}

fn submit(proctor: &Proctor, target: &str, start: &str) -> i64 {
    let options = json!({"start": start});
    proctor.api().submit_json(
        json!({"requester": "ann", "environment": 7, "targets": [target], "options": options}),
    )
}

fn run(proctor: &Proctor, target: &str, start: &str) -> (RunDetails, String) {
    let id = submit(proctor, target, start);
    (proctor.api().wait_until_finished(id), proctor.api().log(id))
}

#[track_caller]
fn assert_passed((details, log): (RunDetails, String)) -> (RunDetails, String) {
    assert_eq!(details.run.outcome, Some(Outcome::Passed), "{:#?}\n{log}", details.run);
    (details, log)
}

#[track_caller]
fn assert_refused((details, log): (RunDetails, String), words: &str) {
    assert_eq!(details.run.outcome, Some(Outcome::Error), "{log}");
    let reason = details.run.reason.unwrap_or_default();
    assert!(reason.contains(words), "{reason}\n{log}");
}

#[test]
fn they_are_installed_once_and_their_interpreter_is_warm_from_then_on() {
    let sources = Sources::make();
    let proctor = proctor(&sources, "");
    proctor.tests.write("shop/requirements.txt", "-r more.txt\n");
    proctor.tests.write("shop/more.txt", "greeting==1.0\n");
    proctor.tests.write("shop/test_greets.py", IMPORTS);
    let (_, log) = assert_passed(run(&proctor, "shop/test_greets.py", "auto"));
    assert!(log.starts_with("Installing the packages of shop/requirements.txt\n"), "{log}");
    assert!(log.contains("+ greeting==1.0"), "{log}");
    let (details, log) = assert_passed(run(&proctor, "shop", "warm"));
    assert!(!log.contains("Installing"), "{log}");
    assert_eq!(details.run.start_mode.as_deref(), Some("warm"), "{:#?}", details.run);
    // What is included counts, too.
    proctor.tests.write("shop/more.txt", "greeting==2.0\n");
    let (details, log) = run(&proctor, "shop", "auto");
    assert_eq!(details.run.outcome, Some(Outcome::Failed), "{log}");
    assert!(log.contains("+ greeting==2.0") && log.contains("hello 2.0"), "{log}");
}

#[test]
fn a_block_in_the_test_file_counts_alone_and_a_project_for_all_below_it() {
    let sources = Sources::make();
    let proctor = proctor(&sources, "");
    let project = "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['greeting==2.0']\n";
    proctor.tests.write("pyproject.toml", project);
    let block = "# /// script\n# dependencies = ['greeting==1.0']\n# ///\n";
    proctor.tests.write("a/b/test_block.py", &format!("{block}{IMPORTS}"));
    proctor.tests.write("a/b/test_project.py", &IMPORTS.replace("hello 1.0", "hello 2.0"));
    assert_passed(run(&proctor, "a/b/test_block.py", "auto"));
    assert_passed(run(&proctor, "a/b/test_project.py", "auto"));
    // Both cannot be had at once.
    assert_refused(run(&proctor, "a", "auto"), "the packages of a/b/test_block.py, pyproject.toml");
}

#[test]
fn what_cannot_be_had_is_told_and_the_next_run_goes_on() {
    let sources = Sources::make();
    let proctor = proctor(&sources, "");
    proctor.tests.write("unknown/requirements.txt", "no-such-package\n");
    proctor.tests.write("unknown/test_it.py", "def test_it(): pass\n");
    let answer = run(&proctor, "unknown/test_it.py", "auto");
    assert!(answer.1.contains("Because no-such-package was not found"), "{}", answer.1);
    assert_refused(answer, "the packages of unknown/requirements.txt cannot be installed: Because");
    proctor.tests.write("broken/pyproject.toml", "[project\n");
    proctor.tests.write("broken/test_it.py", "def test_it(): pass\n");
    assert_refused(
        run(&proctor, "broken/test_it.py", "auto"),
        "pyproject.toml cannot be understood",
    );
    let block = "# /// script\n# requires-python = '<3'\n# dependencies = []\n# ///\n";
    proctor.tests.write("test_old.py", &format!("{block}def test_it(): pass\n"));
    assert_refused(run(&proctor, "test_old.py", "auto"), "test_old.py wants Python <3, and");
    proctor.tests.write("test_plain.py", "def test_it(): pass\n");
    assert_passed(run(&proctor, "test_plain.py", "auto"));
}

#[test]
fn what_comes_as_source_is_built_where_it_sees_nothing_and_only_if_it_may() {
    let sources = Sources::make();
    let asks = |proctor: &Proctor| {
        proctor.tests.write("built/requirements.txt", "nosy\n");
        proctor
            .tests
            .write("built/test_it.py", "import nosy\ndef test_it():\n    assert nosy.SEEN == []\n");
    };
    let may = proctor(&sources, "");
    asks(&may);
    std::fs::write(sources.nosy_about(), may.data().display().to_string()).unwrap();
    let (_, log) = assert_passed(run(&may, "built/test_it.py", "auto"));
    assert!(log.contains("Some have to be built from source"), "{log}");
    drop(may);
    let may_not = proctor(&sources, "[packages]\nbuild = false\n");
    asks(&may_not);
    assert_refused(run(&may_not, "built/test_it.py", "auto"), "has no usable wheels");
}

#[test]
fn a_run_that_still_installs_can_be_cancelled() {
    // Takes connections, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let index = format!("http://{}/simple", silent.local_addr().unwrap());
    let variables = vec![("UV_DEFAULT_INDEX", index), ("UV_HTTP_TIMEOUT", "600".to_owned())];
    let proctor = Proctor::with(Settings { variables, ..Settings::default() });
    proctor.tests.write("requirements.txt", "greeting\n");
    proctor.tests.write("test_greets.py", IMPORTS);
    let id = submit(&proctor, "test_greets.py", "auto");
    let _asked = silent.accept().unwrap();
    assert_eq!(proctor.api().cancel(id, "ben").0, 202);
    let run = proctor.api().wait_until_finished(id).run;
    assert_eq!(run.outcome, Some(Outcome::Cancelled), "{run:#?}");
    let data = proctor.data().display().to_string();
    let installs = || {
        processes().iter().any(|one| {
            one.arguments.iter().any(|word| word == "pip")
                && one.arguments.iter().any(|word| word.starts_with(&data))
        })
    };
    wait_until("nothing installs any more", || !installs());
}

#[test]
fn a_run_chooses_an_interpreter_by_its_name() {
    let sources = Sources::make();
    let home = tempfile::tempdir().unwrap();
    let other: PathBuf = sources.environment(&home.path().join("other"));
    let proctor = proctor(&sources, &format!("[interpreters]\nother = {other:?}\n"));
    proctor.tests.write("test_greets.py", IMPORTS);
    let options = json!({"interpreter": "other"});
    let id = proctor.api().submit_json(json!({
        "requester": "ann", "environment": 7, "targets": ["test_greets.py"], "options": options,
    }));
    let details = proctor.api().wait_until_finished(id);
    let (details, log) = assert_passed((details, proctor.api().log(id)));
    assert!(log.contains(&format!("from {}", home.path().join("other").display())), "{log}");
    assert_eq!(details.options.interpreter.as_deref(), Some("other"));
    let (status, body) = proctor.api().post(
        "/api/v1/runs",
        &json!({
            "requester": "ann", "environment": 7, "targets": ["test_greets.py"],
            "options": {"interpreter": "another"},
        }),
    );
    assert_eq!((status, &body["errors"][0]["pointer"]), (422, &json!("/options/interpreter")));
    let words = "there is no interpreter \"another\"; there are other";
    assert_eq!(body["errors"][0]["detail"], words);
}
