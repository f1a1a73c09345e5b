//! Which runs start warm, and why others do not.

use std::process::Command;

use nix::sys::stat::Mode;
use serde_json::{Value, json};

use super::{assert_cold, assert_warm, run, submit, zygote, zygotes};
use crate::harness::{Proctor, Settings, python, wait_until};

const NOTHING: Value = Value::Null;

#[test]
fn a_run_is_a_fork_of_a_warm_interpreter_unless_it_asks_for_another() {
    let proctor = Proctor::start();
    assert_warm(&run(&proctor, "warm", NOTHING));
    assert_warm(&run(&proctor, "auto", NOTHING));
    assert_cold(&run(&proctor, "cold", NOTHING), "the run asks for it");
}

#[test]
fn a_variable_that_acts_when_an_interpreter_starts_makes_the_start_cold() {
    let proctor = Proctor::start();
    for name in ["OMP_NUM_THREADS", "LC_ALL", "HOME"] {
        let run = run(&proctor, "warm", json!({"variables": {name: "1"}}));
        assert_cold(&run, &format!("the variable {name} acts when an interpreter starts"));
    }
    assert_warm(&run(&proctor, "warm", json!({"variables": {"TZ": "Asia/Tokyo"}})));
}

#[test]
fn a_file_that_stands_in_for_a_module_that_pytest_needs_makes_the_start_cold() {
    let proctor = Proctor::start();
    proctor.tests.write("colorsys.py", "");
    assert_warm(&run(&proctor, "warm", NOTHING));
    proctor.tests.write("shlex.py", "from posixpath import *\nsplit = str.split\nquote = repr\n");
    assert_cold(&run(&proctor, "warm", NOTHING), "shlex.py in the tests root stands in");
}

#[test]
fn warm_interpreters_can_be_switched_off() {
    let toml = "[warm]\nmost = 0\n".to_owned();
    let proctor = Proctor::with(Settings { toml, ..Settings::default() });
    assert_cold(&run(&proctor, "warm", NOTHING), "switched off in the configuration");
    assert!(zygotes(&proctor).is_empty());
}

#[test]
fn a_changed_package_is_noticed_by_the_next_run() {
    let home = tempfile::tempdir().unwrap();
    let venv = home.path().join("venv");
    let mut make = Command::new(python());
    make.args(["-m", "venv", "--without-pip"]).arg(&venv);
    assert!(make.status().unwrap().success());
    let site_packages = site_packages(&venv.join("bin/python"));
    // What this interpreter has, and what only the new environment has.
    let shared = self::site_packages(&python());
    std::fs::write(site_packages.join("shared.pth"), shared.as_os_str().as_encoded_bytes())
        .unwrap();

    let python = venv.join("bin/python");
    let proctor = Proctor::with(Settings { python: Some(python), ..Settings::default() });
    assert_warm(&run(&proctor, "warm", NOTHING));
    std::fs::create_dir(site_packages.join("something_new")).unwrap();
    assert_cold(&run(&proctor, "auto", NOTHING), "has changed");
    assert_warm(&run(&proctor, "warm", NOTHING));
}

#[test]
fn an_interpreter_that_cannot_be_warm_says_why() {
    let home = tempfile::tempdir().unwrap();
    let (python, gate) = (home.path().join("python"), home.path().join("gate"));
    let text = format!(
        "#!/bin/sh\ncase $2 in zygote) cat {} >&2; exit 1;; esac\nexec {} \"$@\"\n",
        gate.display(),
        self::python().display()
    );
    // Nothing comes out of it before somebody puts something in.
    nix::unistd::mkfifo(&gate, Mode::S_IRWXU).unwrap();
    std::fs::write(&python, text).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&python, executable).unwrap();
    let proctor = Proctor::with(Settings { python: Some(python), ..Settings::default() });
    proctor.tests.write("test_passes.py", "def test_passes(): pass\n");
    let waiting = submit(&proctor, "warm", "test_passes.py", NOTHING);
    proctor.api().wait_until_running(waiting);
    std::fs::write(&gate, "no room for zygotes\n").unwrap();
    let why = "no warm interpreter: no room for zygotes";
    assert_cold(&proctor.api().wait_until_finished(waiting).run, why);
}

fn site_packages(python: &std::path::Path) -> std::path::PathBuf {
    let code = "import sysconfig; print(sysconfig.get_path('purelib'))";
    let output = Command::new(python).args(["-c", code]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().into()
}

#[test]
fn after_some_runs_another_interpreter_takes_over_with_another_hash_seed() {
    let toml = "[warm]\nruns = 2\n".to_owned();
    let proctor = Proctor::with(Settings { toml, ..Settings::default() });
    assert_warm(&run(&proctor, "warm", NOTHING));
    let first = zygote(&proctor);
    for _ in 0..3 {
        assert_warm(&run(&proctor, "auto", NOTHING));
    }
    wait_until("the first one has gone", || !first.is_alive());
    assert_warm(&run(&proctor, "auto", NOTHING));
}

#[test]
fn one_that_nobody_uses_ends_and_comes_again() {
    let toml = "[warm]\nidle_s = 1\n".to_owned();
    let proctor = Proctor::with(Settings { toml, ..Settings::default() });
    assert_warm(&run(&proctor, "warm", NOTHING));
    wait_until("there is none", || zygotes(&proctor).is_empty());
    assert_warm(&run(&proctor, "warm", NOTHING));
}
