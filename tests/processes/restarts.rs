//! `serve` is killed, stopped and started again, and its worker is asked to leave: runs, logs and clients go on.

use std::time::Duration;

use nix::sys::signal::Signal;
use proctor::wire::{Environment, LogLine, Outcome, Run, State};
use serde_json::Value;

use crate::harness::{Client, Deadline, LONG, Proctor, kill, wait_until};

/// Prints numbered lines until its gate is open.
const NUMBERED: &str = "
import os, time
from tools import HOME, RUN

def test_numbers():
    number = 0
    while not os.path.exists(f'{HOME}/gates/{RUN}'):
        print(f'line {number}')
        number += 1
        time.sleep(0.002)
    print(f'the last line is {number - 1}')
";

const GATED: &str = "
from tools import RUN, say, wait_for

def test_waits():
    say('start')
    wait_for(RUN)
";

const TRIVIAL: &str = "def test_one(): print('one')\ndef test_two(): assert 1 == 2\n";

fn proctor() -> Proctor {
    let proctor = Proctor::start();
    proctor.tests.write("test_numbered.py", NUMBERED);
    proctor.tests.write("test_gated.py", GATED);
    proctor.tests.write("test_trivial.py", TRIVIAL);
    proctor
}

/// Reads a log as it grows, as a browser does: the stream says how far it is, the lines are fetched.
struct Reader {
    run: i64,
    last_event_id: String,
    lines: Vec<LogLine>,
    is_complete: bool,
}

impl Reader {
    fn new(run: i64) -> Self {
        Self { run, last_event_id: String::new(), lines: Vec::new(), is_complete: false }
    }

    /// Until there are that many lines, the log is complete, or the server is gone.
    fn read(&mut self, api: &Client, until_lines: usize) {
        let topics = format!("run:{}", self.run);
        let mut stream = match self.last_event_id.as_str() {
            "" => api.stream(&topics),
            id => api.stream_after(&topics, id),
        };
        let deadline = Deadline::after(LONG);
        while !self.is_complete && self.lines.len() < until_lines {
            let Some(event) = stream.next(deadline) else { break };
            if let Some(log) = event.log() {
                while (self.lines.len() as u64) < log.lines {
                    let page = api.log_lines(self.run, self.lines.len() as u64 + 1, 500);
                    self.lines.extend(page.items);
                }
                self.is_complete = log.complete;
            }
        }
        self.last_event_id.clone_from(&stream.last_event_id);
    }
}

#[test]
fn a_log_has_no_gap_for_whoever_follows_it_while_serve_is_killed() {
    let mut proctor = proctor();
    let run = proctor.api().submit(7, "test_numbered.py");
    let worker = proctor.worker();
    let mut reader = Reader::new(run);
    for round in 1..=3 {
        reader.read(proctor.api(), round * 150);
        assert!(reader.lines.len() >= round * 150 && !reader.is_complete);
        proctor.kill_serve();
        proctor.serve();
    }
    proctor.tests.open(&run.to_string());
    reader.read(proctor.api(), usize::MAX);

    assert!(reader.is_complete, "the stream ended early");
    assert!(worker.is_alive(), "the new serve has taken over the worker");
    let finished = proctor.api().wait_until_finished(run);
    assert_eq!(finished.run.outcome, Some(Outcome::Passed));
    assert_eq!(finished.log.lines, reader.lines.len() as u64);
    let numbers: Vec<_> = reader.lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, (1..=finished.log.lines).collect::<Vec<_>>());
    let printed: Vec<usize> = reader
        .lines
        .iter()
        .filter_map(|line| line.text.strip_prefix("line ")?.parse().ok())
        .collect();
    assert_eq!(printed, (0..printed.len()).collect::<Vec<_>>());
    let last = format!("the last line is {}", printed.len() - 1);
    assert!(reader.lines.iter().any(|line| line.text == last), "{last}");
    // The same as the whole log says, byte for byte.
    let text: String = reader.lines.iter().map(|line| format!("{}\n", line.text)).collect();
    assert_eq!(text, proctor.api().log(run));
}

#[test]
fn serve_ends_with_0_while_streams_are_open_and_the_next_one_goes_on() {
    let mut proctor = proctor();
    let running = proctor.api().submit(7, "test_gated.py");
    let queued = proctor.api().submit(7, "test_gated.py");
    let elsewhere = proctor.api().submit(8, "test_gated.py");
    for run in [running, elsewhere] {
        proctor.tests.wait_until_said(run, "start");
    }
    let mut streams: Vec<_> = ["runs", "environments", &format!("run:{running}")]
        .iter()
        .map(|topics| proctor.api().stream(topics))
        .collect();
    let status = proctor.stop_serve();
    assert_eq!(status.code(), Some(0));
    let deadline = Deadline::after(LONG);
    for stream in &mut streams {
        while stream.next(deadline).is_some() {}
        assert!(!deadline.is_over(), "a stream is still open");
    }

    // The worker finishes what it has, and takes nothing more.
    proctor.tests.open(&running.to_string());
    wait_until("the first run has ended", || proctor.processes_of(running).is_empty());
    proctor.serve();
    assert_eq!(proctor.api().wait_until_finished(running).run.outcome, Some(Outcome::Passed));
    // Although one run of the old worker goes on.
    proctor.tests.wait_until_said(queued, "start");
    for run in [queued, elsewhere] {
        proctor.tests.open(&run.to_string());
        assert_eq!(proctor.api().wait_until_finished(run).run.outcome, Some(Outcome::Passed));
    }
    wait_until("the old worker has left", || proctor.workers().len() == 1);
}

#[test]
fn a_worker_that_is_asked_to_leave_does_not_hold_up_the_queue() {
    let proctor = proctor();
    let running = proctor.api().submit(7, "test_gated.py");
    proctor.tests.wait_until_said(running, "start");
    let leaving = proctor.worker();
    kill(leaving.pid, Signal::SIGTERM);
    wait_until("another worker is there", || proctor.workers().len() == 2);
    let next = proctor.api().submit(8, "test_gated.py");
    proctor.tests.wait_until_said(next, "start");
    assert!(leaving.is_alive());
    for run in [running, next] {
        proctor.tests.open(&run.to_string());
        assert_eq!(proctor.api().wait_until_finished(run).run.outcome, Some(Outcome::Passed));
    }
    wait_until("it has left", || !leaving.is_alive());
}

#[test]
fn a_serve_that_is_stopped_at_once_leaves_no_worker() {
    for wait_ms in [0, 20, 100] {
        let mut proctor = proctor();
        std::thread::sleep(Duration::from_millis(wait_ms));
        assert_eq!(proctor.stop_serve().code(), Some(0));
        wait_until("its worker has left", || proctor.workers().is_empty());
        wait_until("its supervisor has left", || proctor.supervisors().is_empty());
    }
}

#[test]
fn a_worker_that_leaves_takes_its_folder_for_temporary_files_with_it() {
    let mut proctor = proctor();
    let run = proctor.api().submit(7, "test_trivial.py");
    proctor.api().wait_until_finished(run);
    let scratch = proctor.scratch();
    assert!(scratch.is_dir(), "{} is not there", scratch.display());
    assert_eq!(proctor.stop_serve().code(), Some(0));
    wait_until("its worker has left", || proctor.workers().is_empty());
    assert!(!scratch.exists(), "{} is still there", scratch.display());
}

#[test]
fn a_restart_shows_everything_that_was_there() {
    let mut proctor = proctor();
    let runs: Vec<_> =
        (0..3).map(|number| proctor.api().submit(number + 1, "test_trivial.py")).collect();
    proctor.api().wait_until_all_finished(&runs, LONG);
    let waiting = proctor.api().submit(7, "test_gated.py");
    let behind = proctor.api().submit(7, "test_gated.py");
    proctor.tests.wait_until_said(waiting, "start");
    let cancelled = proctor.api().submit(7, "test_gated.py");
    proctor.api().cancel(cancelled, "ben");
    wait_until("how it was started is shown", || {
        proctor.api().run(waiting).run.start_mode.is_some()
    });
    let before = everything(&proctor, &runs);
    proctor.kill_serve();
    proctor.serve();
    let after = everything(&proctor, &runs);
    assert_eq!(before, after);
    for run in [waiting, behind] {
        proctor.tests.open(&run.to_string());
        assert_eq!(proctor.api().wait_until_finished(run).run.outcome, Some(Outcome::Passed));
    }
}

/// What clients can read of these runs and of all environments.
fn everything(proctor: &Proctor, finished: &[i64]) -> Vec<String> {
    let api = proctor.api();
    let mut all: Vec<Run> = api.items("/api/v1/runs?limit=200");
    for run in &mut all {
        // Moves while it is looked at.
        if run.state == State::Running {
            run.progress = proctor::wire::run::Progress::default();
        }
    }
    let mut texts: Vec<_> = all.iter().map(|run| format!("{run:?}")).collect();
    let environments: Vec<Environment> = api.items("/api/v1/environments?limit=200");
    texts.extend(environments.iter().map(|one| format!("{one:?}")));
    for run in finished {
        texts.push(format!("{:?}", api.run(*run)));
        texts.push(format!("{:?}", api.tests_of(*run)));
        texts.push(api.log(*run));
        texts.push(api.get::<Value>(&format!("/api/v1/runs/{run}/log/search?q=one")).to_string());
    }
    texts
}

#[test]
fn a_second_serve_on_the_same_data_is_refused_in_words() {
    let proctor = proctor();
    let (status, words) = proctor.refused_serve();
    assert!(!status.success());
    assert!(words.contains("another `proctor serve` has the data directory"), "{words}");
    assert!(proctor.api().run(proctor.api().submit(7, "test_trivial.py")).run.id > 0);
}

#[test]
fn a_worker_leaves_when_its_data_directory_is_gone() {
    let mut proctor = proctor();
    let run = proctor.api().submit(7, "test_gated.py");
    proctor.tests.wait_until_said(run, "start");
    let worker = proctor.worker();
    proctor.kill_serve();
    std::fs::remove_dir_all(proctor.data()).unwrap();
    wait_until("the worker has left", || !worker.is_alive());
    wait_until("its run is gone", || proctor.processes_of(run).is_empty());
}
