//! What a run may use at most: whatever it does, it is capped, named, and alone in that.

use std::fs;
use std::path::PathBuf;

use proctor::wire::{Outcome, Page, RunDetails, TestCase, UsageSeries};
use serde_json::json;

use crate::harness::{Process, Proctor, Rights, Settings, processes, wait_until};

/// Memory that is enough for an interpreter with pytest, and not for what it is then asked to do.
const LIMITS: &str = "
[limits]
memory_bytes = 268435456
processes = 40
log_bytes = 1048576
tmp_bytes = 8388608
artifacts_bytes = 1048576
[limits.maximum]
memory_bytes = 536870912
";

const GREEDY: &str = "
import os, subprocess, sys
from tools import wait_for

def take(megabytes):
    return [b'x' * (1 << 20) for _ in range(megabytes)]

def test_eats():
    take(2000)

def test_has_a_child_that_eats():
    child = 'x = [b\"x\" * (1 << 20) for _ in range(2000)]'
    assert subprocess.run([sys.executable, '-c', child]).returncode != 0

def test_takes_300_megabytes():
    take(300)

def test_forks():
    children = []
    try:
        while len(children) < 400:
            pid = os.fork()
            if pid == 0:
                wait_for('never')
            children.append(pid)
    except BlockingIOError:
        assert len(children) < 60
        return
    assert False, len(children)

def test_prints():
    for _ in range(3000):
        print('x' * 10_000)

def test_leaves_artifacts():
    for number in range(1000):
        with open(f\"{os.environ['PROCTOR_ARTIFACTS']}/{number}\", 'wb') as file:
            file.write(b'x' * (1 << 20))
    wait_for('never')

def test_writes_a_long_file(tmp_path):
    try:
        with open(tmp_path / 'long', 'wb') as file:
            for _ in range(100):
                file.write(b'x' * (1 << 20))
    except OSError:
        return
    assert False

def test_modest():
    pass
";

fn proctor(rights: Rights) -> Option<Proctor> {
    if !rights.can_be_had() {
        eprintln!("left out: this machine lets nobody have {rights:?}");
        return None;
    }
    let settings = Settings { toml: LIMITS.to_owned(), rights, ..Settings::default() };
    let proctor = Proctor::with(settings);
    proctor.tests.write("test_greedy.py", GREEDY);
    Some(proctor)
}

fn end_of(proctor: &Proctor, test: &str) -> RunDetails {
    let run = proctor.api().submit(7, &format!("test_greedy.py::{test}"));
    proctor.api().wait_until_finished(run)
}

fn reason(run: &RunDetails) -> &str {
    run.run.reason.as_deref().unwrap_or_default()
}

/// Control groups that are there because of the supervisors of a Proctor.
fn groups_of(supervisor: &Process) -> Vec<PathBuf> {
    let begin = format!("proctor-{}-", supervisor.pid);
    let mounts = fs::read_to_string("/proc/mounts").unwrap();
    let mounts = mounts.lines().filter_map(|line| line.split(' ').nth(1));
    let mounts = mounts.filter(|mount| mount.starts_with("/sys/fs/cgroup"));
    let all = mounts.flat_map(|mount| walkdir::WalkDir::new(mount).into_iter().flatten());
    let own = all.filter(|entry| entry.file_name().to_string_lossy().starts_with(&begin));
    own.map(walkdir::DirEntry::into_path).collect()
}

/// Whether the kernel itself holds runs to their limits here.
fn has_groups(proctor: &Proctor) -> bool {
    proctor
        .tests
        .write("test_waits.py", "from tools import wait_for\ndef test_waits(): wait_for('on')\n");
    let run = proctor.api().submit(1, "test_waits.py");
    proctor.api().wait_for_run(run, "it has begun", |run| run.start_mode.is_some());
    let found = groups_of(&proctor.supervisor());
    proctor.tests.open("on");
    proctor.api().wait_until_finished(run);
    found.iter().any(|path| path.join("pids.max").exists())
}

#[test]
fn a_control_group_holds_each_run_to_its_limits() {
    let Some(proctor) = proctor(Rights::Own) else { return };
    if !has_groups(&proctor) {
        eprintln!("left out: no control groups can be made here");
        return;
    }
    let run = end_of(&proctor, "test_eats");
    assert_eq!(run.run.outcome, Some(Outcome::Error), "{run:#?}");
    let words = "out of memory: the limit is 256 MiB and the peak was 256 MiB, while test_greedy.py::test_eats was running";
    assert_eq!(reason(&run), words);
    let run = end_of(&proctor, "test_has_a_child_that_eats");
    assert_eq!(run.run.outcome, Some(Outcome::Passed), "{run:#?}");
    assert!(reason(&run).starts_with("a child process was killed, out of memory"), "{run:#?}");
    let run = end_of(&proctor, "test_forks");
    assert_eq!(run.run.outcome, Some(Outcome::Passed), "{run:#?}");
    assert_eq!(reason(&run), "the limit of 40 processes and threads was reached");
    let usage = run.usage.unwrap();
    assert!((20..=40).contains(&usage.processes_peak), "{usage:?}");
    assert!(usage.cpu_ms > 0 && usage.memory_peak_bytes > 10 << 20, "{usage:?}");
    let series = used_by(&proctor, run.run.id);
    assert_eq!((series.total, series.limits.unwrap().processes), (Some(usage), 40));
    assert!(series.near[0].contains("and its limit is 40"), "{:?}", series.near);
    assert_eq!(reason(&end_of(&proctor, "test_modest")), "");
}

fn used_by(proctor: &Proctor, run: i64) -> UsageSeries {
    proctor.api().get(&format!("/api/v1/runs/{run}/usage"))
}

#[test]
fn even_the_shortest_run_tells_what_it_used_and_its_limits() {
    let Some(proctor) = proctor(Rights::Own) else { return };
    for _ in 0..5 {
        let run = end_of(&proctor, "test_modest");
        let (series, usage) = (used_by(&proctor, run.run.id), run.usage.unwrap());
        assert_eq!(series.limits.unwrap().processes, 40, "a warm run ends before the first look");
        assert!(series.items.iter().all(|one| one.memory_bytes <= usage.memory_peak_bytes));
        assert!(series.items.last().unwrap().memory_bytes > 0, "{:?}", series.items);
    }
}

#[test]
fn what_a_run_uses_is_told_while_it_runs_and_of_each_test_afterwards() {
    let Some(proctor) = proctor(Rights::Own) else { return };
    let text = "from tools import wait_for
kept = []
def test_takes():
    kept.append(bytearray(b'x') * (64 << 20))
def test_waits():
    wait_for('on')
def test_takes_for_a_moment():
    bytearray(b'x') * (96 << 20)
";
    proctor.tests.write("test_takes.py", text);
    let run = proctor.api().submit(1, "test_takes.py");
    wait_until("a sample shows what it has taken", || {
        used_by(&proctor, run).items.iter().any(|one| one.memory_bytes > 64 << 20)
    });
    let series = used_by(&proctor, run);
    let last = series.items.last().unwrap();
    assert!(last.cpu_ms > 0 && last.processes >= 1, "{last:?}");
    assert_eq!((series.total, series.limits.unwrap().memory_bytes), (None, 256 << 20));
    proctor.tests.open("on");
    let usage = proctor.api().wait_until_finished(run).usage.unwrap();
    assert!(usage.memory_peak_bytes > 150 << 20, "{usage:?}");
    assert_eq!(used_by(&proctor, run).total, Some(usage));

    let page: Page<TestCase> = proctor.api().get(&format!("/api/v1/runs/{run}/tests"));
    let memory: Vec<_> = page.items.iter().map(|test| test.memory.unwrap()).collect();
    let grown = |of: usize| (memory[of].after_bytes - memory[of].before_bytes) >> 20;
    assert!((60..70).contains(&grown(0)), "{memory:?}");
    assert!(grown(1) < 4 && grown(2) < 4, "{memory:?}");
    assert!(memory[1].peak_bytes - memory[1].before_bytes < 4 << 20, "{memory:?}");
    assert!(memory[2].peak_bytes - memory[2].before_bytes > 90 << 20, "{memory:?}");
}

#[test]
fn without_control_groups_runs_are_watched() {
    let Some(proctor) = proctor(Rights::NoControlGroups) else { return };
    assert!(!has_groups(&proctor));
    let run = end_of(&proctor, "test_eats");
    match run.run.outcome {
        Some(Outcome::Error) => assert!(reason(&run).contains("out of memory"), "{run:#?}"),
        _ => assert!(proctor.api().log(run.run.id).contains("MemoryError"), "{run:#?}"),
    }
    let run = end_of(&proctor, "test_forks");
    match run.run.outcome {
        Some(Outcome::Error) => {
            assert!(reason(&run).contains("its limit of 40 processes"), "{run:#?}");
        }
        _ => assert_eq!(run.run.outcome, Some(Outcome::Passed), "{run:#?}"),
    }
    assert_eq!(end_of(&proctor, "test_modest").run.outcome, Some(Outcome::Passed));
}

#[test]
fn logs_and_files_have_an_end_in_words() {
    let Some(proctor) = proctor(Rights::Own) else { return };
    let run = end_of(&proctor, "test_prints");
    assert_eq!(run.run.outcome, Some(Outcome::Passed), "{run:#?}");
    assert_eq!(reason(&run), "the log was cut off at its limit of 1 MiB");
    assert!((1 << 20..2 << 20).contains(&run.log.bytes), "{:?}", run.log);
    let run = end_of(&proctor, "test_leaves_artifacts");
    assert_eq!(run.run.outcome, Some(Outcome::Error), "{run:#?}");
    assert!(reason(&run).starts_with("its artifacts exceeded their limit of 1 MiB"), "{run:#?}");
    assert_eq!(end_of(&proctor, "test_writes_a_long_file").run.outcome, Some(Outcome::Passed));
}

#[test]
fn a_requester_can_wish_for_more_up_to_the_operators_maximum() {
    let Some(proctor) = proctor(Rights::Own) else { return };
    let ask = |memory_bytes: u64| {
        let body = json!({
            "requester": "ann", "environment": 7, "targets": ["test_greedy.py::test_takes_300_megabytes"],
            "options": {"limits": {"memory_bytes": memory_bytes}}, "variables": {"HARNESS": "-"},
        });
        proctor.api().post("/api/v1/runs", &body)
    };
    let (status, problem) = ask((512 << 20) + 1);
    assert_eq!(status, 422, "{problem}");
    assert_eq!(problem["errors"][0]["pointer"], "/options/limits/memory_bytes");
    let words = problem["errors"][0]["detail"].as_str().unwrap();
    assert!(words.contains("to 536870912, the maximum"), "{words}");

    let body = json!({
        "requester": "ann", "environment": 7, "targets": ["test_greedy.py::test_takes_300_megabytes"],
        "options": {"limits": {"memory_bytes": 512 << 20}},
    });
    let run = proctor.api().submit_json(body);
    let ended = proctor.api().wait_until_finished(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{ended:#?}");
    assert_eq!(ended.options.limits.unwrap().memory_bytes, Some(512 << 20));
    assert_ne!(end_of(&proctor, "test_takes_300_megabytes").run.outcome, Some(Outcome::Passed));
}

fn zygote_of(supervisor: &Process) -> Option<Process> {
    let is_one = |process: &Process| {
        process.parent == supervisor.pid
            && process.arguments.last().is_some_and(|word| word == "zygote")
    };
    processes().into_iter().find(is_one)
}

#[test]
fn many_runs_leave_nothing_behind() {
    let Some(proctor) = proctor(Rights::Own) else { return };
    end_of(&proctor, "test_modest");
    let (worker, supervisor) = (proctor.worker(), proctor.supervisor());
    let open =
        |process: &Process| fs::read_dir(format!("/proc/{}/fd", process.pid)).unwrap().count();
    let mounts = || fs::read_to_string(format!("/proc/{}/mounts", supervisor.pid)).unwrap();
    let zygote = zygote_of(&supervisor).expect("it is warm");
    let before = (open(&worker), open(&supervisor), mounts(), open(&zygote));
    // A longer look: PROCTOR_TEST_MANY_RUNS=1000 cargo test --test processes many_runs
    let many = std::env::var("PROCTOR_TEST_MANY_RUNS").ok().and_then(|many| many.parse().ok());
    for round in 0..many.unwrap_or(32) / 8 {
        let runs: Vec<_> = (1..=8)
            .map(|environment| proctor.api().submit(environment, "test_greedy.py::test_modest"))
            .collect();
        if round % 2 == 1 {
            for run in &runs {
                proctor.api().cancel(*run, "ben");
            }
        }
        for run in runs {
            proctor.api().wait_until_finished(run);
        }
    }
    let zygotes = zygote_of(&supervisor).map(|zygote| open(&zygote));
    eprintln!(
        "open before, in worker, supervisor and zygote: {}, {}, {}",
        before.0, before.1, before.3
    );
    eprintln!("and after: {}, {}, {zygotes:?}", open(&worker), open(&supervisor));
    wait_until("no descriptor and no mount is left", || {
        // A connection of the database may come or go.
        let zygotes = zygote_of(&supervisor).map(|zygote| open(&zygote));
        open(&worker) <= before.0 + 4
            && open(&supervisor) <= before.1
            && mounts() == before.2
            && zygotes.is_some_and(|open| open <= before.3)
    });
    let scratch = proctor.scratch().join("worker-1");
    wait_until("no temporary file is left", || fs::read_dir(&scratch).unwrap().next().is_none());
    wait_until("no control group is left", || groups_of(&supervisor).is_empty());
}
