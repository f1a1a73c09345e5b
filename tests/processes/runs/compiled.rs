//! Tests are found compiled by the runs after the first, and never as a run has left them.

use proctor::wire::Outcome;

use crate::harness::{Proctor, Rights, Settings, wait_until};

/// Prints when what it imports was compiled.
const TELLS: &str = "
import pathlib
import helper

def compiled(path):
    found = sorted((pathlib.Path(path).parent / '__pycache__').glob(pathlib.Path(path).stem + '.*.pyc'))
    return [f'{one.name} {one.stat().st_mtime_ns}' for one in found]

def test_tells():
    print('compiled:', compiled(__file__), compiled(helper.__file__))
    assert helper.ANSWER == 'then'
";

/// Leaves compiled files beside the tests that say something else than their sources.
const FORGES: &str = "
import importlib.util, marshal, pathlib
import helper

def test_forges():
    forged = compile('ANSWER = \"forged\"; print(\"forged\")', 'forged', 'exec')
    for one in (pathlib.Path(__file__).parent / '__pycache__').glob('*.pyc'):
        one.write_bytes(one.read_bytes()[:16] + marshal.dumps(forged))
    one = pathlib.Path(importlib.util.cache_from_source(helper.__file__))
    assert b'forged' in one.read_bytes()
";

fn write_telling(proctor: &Proctor) {
    std::fs::create_dir(proctor.tests.path().join("deep")).unwrap();
    proctor.tests.write("deep/test_tells.py", TELLS);
    proctor.tests.write("deep/helper.py", "ANSWER = 'then'\n");
}

/// What the test printed.
#[track_caller]
fn tell(proctor: &Proctor) -> String {
    let run = proctor.api().submit(1, "deep/test_tells.py");
    let ended = proctor.api().wait_until_finished(run);
    let log = proctor.api().log(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{log}");
    let line = log.lines().find(|line| line.contains("compiled: "));
    line.unwrap_or_else(|| panic!("{log}")).to_owned()
}

fn compiles_once(rights: Rights) {
    let proctor = Proctor::with(Settings { rights, ..Settings::default() });
    write_telling(&proctor);
    let mut last = tell(&proctor);
    assert!(last.contains("-pytest-"), "{last}");
    wait_until("two runs find the same compiled files", || {
        let present = tell(&proctor);
        std::mem::replace(&mut last, present.clone()) == present
    });
    // Another tree with the same files: they are there at once, and what has changed is not.
    proctor.tests.write("deep/more.txt", "more");
    assert_eq!(tell(&proctor), last);
    proctor.tests.write("deep/helper.py", "ANSWER = 'th' + 'en'\n");
    assert_ne!(tell(&proctor), last);
}

#[test]
fn a_file_is_compiled_once_and_found_compiled_as_long_as_it_stays_the_same() {
    compiles_once(Rights::Own);
}

#[test]
fn an_ordinary_user_finds_files_compiled_too() {
    if !Rights::Nobody.can_be_had() {
        eprintln!("left out: this machine lets nobody be an ordinary user");
        return;
    }
    compiles_once(Rights::Nobody);
}

#[test]
fn what_a_run_leaves_compiled_is_seen_by_no_other_run() {
    let proctor = Proctor::start();
    write_telling(&proctor);
    proctor.tests.write("deep/test_forges.py", FORGES);
    let forge = || {
        let run = proctor.api().submit(2, "deep/test_forges.py");
        let ended = proctor.api().wait_until_finished(run);
        assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{}", proctor.api().log(run));
    };
    forge();
    let mut last = tell(&proctor);
    wait_until("two runs find the same compiled files", || {
        forge();
        let present = tell(&proctor);
        std::mem::replace(&mut last, present.clone()) == present
    });
}

#[test]
fn a_file_that_makes_the_compiler_warn_says_so_in_each_run() {
    let proctor = Proctor::start();
    write_telling(&proctor);
    proctor.tests.write("test_warns.py", "def test_warns(): assert '\\d'\n");
    let warned = || {
        let run = proctor.api().submit(1, "test_warns.py");
        proctor.api().wait_until_finished(run);
        assert!(
            proctor.api().log(run).contains("invalid escape sequence"),
            "{}",
            proctor.api().log(run)
        );
    };
    warned();
    let mut last = tell(&proctor);
    wait_until("two runs find the same compiled files", || {
        warned();
        let present = tell(&proctor);
        std::mem::replace(&mut last, present.clone()) == present
    });
    warned();
}
