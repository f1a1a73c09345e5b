//! A run that tries what a run must not be able to do, started as every run is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use serde::Deserialize;

use super::check::Check;
use crate::cli::server;
use crate::config::Config;
use crate::domain::WorkerId;
use crate::executor::{Probe, Probed, probe};

const SCRIPT: &str = include_str!("probe.py");
/// Stands for a password in the environment of the server.
const SECRET: &str = "doctor-has-a-secret";
/// Asks an interpreter who it is.
const WHO: &str = "import json, sys\n\
    try:\n    import pytest\nexcept ImportError:\n    pytest = None\n\
    print(json.dumps({'python': sys.version.split()[0], 'name': sys.implementation.name,\n\
    'new': sys.version_info >= (3, 9), 'pytest': getattr(pytest, '__version__', None)}))";

#[derive(Deserialize)]
struct Who {
    python: String,
    name: String,
    new: bool,
    pytest: Option<String>,
}

#[derive(Deserialize)]
struct Line {
    name: String,
    kept: bool,
    words: String,
}

pub fn interpreter_and_runs(config: &Config) -> Vec<Check> {
    let interpreter = interpreter(config);
    let runs = match tried(config) {
        Ok(checks) => checks,
        Err(error) => vec![Check::new("a run").fails(
            &format!("none can be started: {error:#}"),
            "nothing can be run",
            "see what it says; `serve` would not do better",
        )],
    };
    [interpreter].into_iter().chain(runs).collect()
}

fn interpreter(config: &Config) -> Check {
    let check = Check::new("interpreter");
    let python = config.python.display();
    let fix =
        "name one with --python that has pytest: python3 -m venv DIR && DIR/bin/pip install pytest";
    let output = Command::new(&config.python).args(["-c", WHO]).output();
    let output = match output {
        Ok(output) if output.status.success() => output.stdout,
        Ok(output) => {
            let words = String::from_utf8_lossy(&output.stderr);
            let last = words.lines().last().unwrap_or("it said nothing").to_owned();
            return check.fails(
                &format!("{python} does not work: {last}"),
                "nothing can be run",
                fix,
            );
        }
        Err(error) => {
            return check.fails(
                &format!("cannot execute {python}: {error}"),
                "nothing can be run",
                fix,
            );
        }
    };
    let Ok(who) = serde_json::from_slice::<Who>(&output) else {
        return check.fails(
            &format!("{python} is no Python interpreter"),
            "nothing can be run",
            fix,
        );
    };
    let Some(pytest) = who.pytest else {
        let finding = format!("{python} (Python {}) has no pytest", who.python);
        return check.fails(
            &finding,
            "no test can be run",
            "pip install pytest into it, or name another with --python",
        );
    };
    let finding = format!("{python} is Python {} with pytest {pytest}", who.python);
    let supported = ["7", "8", "9"].contains(&pytest.split('.').next().unwrap_or_default());
    if who.name == "cpython" && who.new && supported {
        return check.passes(&finding);
    }
    check.fails(&finding, "its runs are refused", "use CPython 3.9 or later with pytest 7, 8 or 9")
}

fn tried(config: &Config) -> anyhow::Result<Vec<Check>> {
    let home = std::env::temp_dir().join(format!("proctor-doctor-{}", std::process::id()));
    fs::create_dir_all(home.join("tests")).context("cannot write temporary files")?;
    let checks = try_in(&home, config);
    let _ = fs::remove_dir_all(&home);
    checks
}

fn try_in(home: &Path, config: &Config) -> anyhow::Result<Vec<Check>> {
    let data = home.join("data");
    fs::create_dir_all(&data)?;
    fs::write(data.join("proctor.sqlite3"), "not for tests")?;
    let lock = home.join("lock");
    fs::write(&lock, "")?;
    // What the real data directory holds must stay away too; where it is missing there is nothing to read.
    let mut own = Config { data, tests: home.join("tests"), ..config.clone() };
    own.isolation.min = 0;
    own.isolation.writable.push(lock.clone());
    let settings = server::executor_settings(&own, WorkerId(0))?;
    let mut limits = settings.limits;
    limits.memory_bytes = 128 << 20;
    limits.tmp_bytes = 8 << 20;
    limits.processes = 20;
    let variables = vec![
        format!("DOCTOR_DATA={}", own.data.display()),
        format!("DOCTOR_LOCK={}", lock.display()),
        format!("DOCTOR_TERCES={}", SECRET.chars().rev().collect::<String>()),
    ];
    let wanted = |name, arguments: &[&str]| Probe {
        name,
        settings: &settings,
        limits,
        script: SCRIPT,
        arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
        variables: variables.clone(),
    };
    // Another process of the same user, as the server is one.
    let mut other = Command::new("sleep").arg("60").env("DOCTOR_SECRET", SECRET).spawn()?;
    let tried = probe(&wanted("attacks", &[])).context("the first run");
    other.kill()?;
    other.wait()?;
    let tried = tried?;
    let eaten = probe(&wanted("memory", &["eat"])).context("the second run")?;
    let mut checks = vec![isolation(config, &tried)];
    checks.extend(attempts(&tried));
    checks.push(daemon(&lock));
    checks.push(memory(&eaten));
    Ok(checks)
}

fn isolation(config: &Config, tried: &Probed) -> Check {
    let check = Check::new("isolation");
    let finding = format!("runs are kept apart on rung {} ({})", tried.rung, tried.isolation);
    let fix = "grant what is missing above, or allow less with --isolation-min";
    if tried.rung < config.isolation.min {
        let lost = format!("isolation.min is {}: every run is refused", config.isolation.min);
        return check.fails(&finding, &lost, fix);
    }
    match tried.rung {
        3 => check.passes(&finding),
        2 => check.degrades(&finding, "limits of memory and processes are only watched", fix),
        _ => check.degrades(
            &finding,
            "tests see and change more of this machine than they need",
            fix,
        ),
    }
}

/// What the run itself says of its attempts.
fn attempts(tried: &Probed) -> Vec<Check> {
    let lines: Vec<Line> =
        tried.output.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let promises = [
        (
            "database",
            "reading the database from a run",
            "tests can read everything that Proctor keeps",
        ),
        (
            "environ",
            "reading the server's variables from a run",
            "tests can read passwords of the server",
        ),
        ("seccomp", "filter of system calls", "more of the kernel is open to attacks by tests"),
        ("tmp", "quota of temporary files", "a test can fill the disk with temporary files"),
        ("processes", "limit of processes", "a fork bomb is only stopped by watching"),
    ];
    promises
        .into_iter()
        .map(|(name, shown, lost)| match lines.iter().find(|line| line.name == name) {
            Some(line) if line.kept => Check::new(shown).passes(&line.words),
            Some(line) => {
                let fix = "reach rung 3: see user namespaces and control groups above";
                Check::new(shown).degrades(&line.words, lost, fix)
            }
            None => {
                let last = tried.output.lines().last().unwrap_or("it printed nothing");
                let finding = format!("the run that was to try it ended early: {last}");
                Check::new(shown).fails(&finding, "it is unknown", "see what it says")
            }
        })
        .collect()
}

/// Every process that came from the run held the lock.
fn daemon(lock: &PathBuf) -> Check {
    let check = Check::new("end of a daemonised tree");
    match fs::File::open(lock).map(|file| file.try_lock().is_ok()) {
        Ok(true) => check.passes("a daemon that left its session was gone when the run had ended"),
        _ => check.fails(
            "a daemon of a run was still there when the run had ended",
            "the next run may meet what the last one left",
            "grant pid namespaces: run as root, or allow user namespaces",
        ),
    }
}

fn memory(eaten: &Probed) -> Check {
    let check = Check::new("limit of memory");
    if eaten.out_of_memory {
        return check.passes("a run that took too much was ended by the kernel");
    }
    if eaten.output.contains("MemoryError") {
        return check.degrades(
            "each process is held to the limit for itself",
            "several processes of a run together can take more until that is seen",
            "grant control groups",
        );
    }
    check.fails(
        "1 GiB was taken at a limit of 128 MiB",
        "one run can take all memory",
        "grant control groups",
    )
}
