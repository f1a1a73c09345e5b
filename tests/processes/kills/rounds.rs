//! Many runs while processes are killed at random. Rounds and seed can be chosen: `PROCTOR_ROUNDS=20 PROCTOR_SEED=7`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nix::sys::signal::Signal;
use proctor::wire::{Environment, EnvironmentState, Outcome, RunDetails, State};

use super::no_double;
use crate::harness::{Deadline, Proctor, Settings, faults, kill, wait_until};

const ENVIRONMENTS: i64 = 10;
const RUNS: i64 = 200;

/// Short, with a daemon that holds the claim until it is killed.
const SHORT: &str = "
import os, signal, time
from tools import claim, say

def test_short():
    held = claim()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                time.sleep(1)
        os._exit(0)
    for number in range(20):
        print(f'line {number}')
        time.sleep(0.01)
    say('end')
";

/// Whom to kill.
#[derive(Debug, Clone, Copy)]
enum Victim {
    Worker,
    Supervisor,
    WorkerAndSupervisor,
    Serve,
}

#[test]
fn two_hundred_runs_survive_kills_of_their_worker() {
    for round in 0..faults::rounds(1) {
        let mut chance = Chance::new(round);
        // Now and then just after it has started, when it is most tender.
        run_under_fire(&mut chance, RUNS, |_| Victim::Worker);
    }
}

#[test]
fn runs_survive_kills_of_every_process() {
    for round in 0..faults::rounds(1) {
        let mut chance = Chance::new(1000 + round);
        run_under_fire(&mut chance, RUNS / 4, |chance| match chance.below(6) {
            0 | 1 => Victim::Worker,
            2 => Victim::Supervisor,
            3 => Victim::WorkerAndSupervisor,
            _ => Victim::Serve,
        });
    }
}

fn run_under_fire(chance: &mut Chance, count: i64, victim: impl Fn(&mut Chance) -> Victim) {
    let seed = chance.seed;
    eprintln!("seed {seed}");
    let mut proctor = Proctor::with(Settings { slots: 4, ..Settings::default() });
    proctor.tests.write("test_short.py", SHORT);
    let ask = |number| proctor.api().submit(1 + number % ENVIRONMENTS, "test_short.py");
    let runs: Vec<i64> = (0..count).map(ask).collect();

    let deadline = Deadline::after(Duration::from_secs(300));
    let mut kills = Vec::new();
    while unfinished(&proctor) > 0 {
        assert!(!deadline.is_over(), "seed {seed}: {} runs are left", unfinished(&proctor));
        kills.push(now_ms());
        strike(&mut proctor, victim(chance));
        let pause = if chance.below(4) == 0 { chance.below(100) } else { 400 + chance.below(2500) };
        let pause = Instant::now() + Duration::from_millis(pause);
        wait_until("the next kill", || Instant::now() >= pause || unfinished(&proctor) == 0);
    }

    no_double(&proctor);
    let runs: Vec<_> = runs.iter().map(|run| proctor.api().run(*run)).collect();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for run in &runs {
        check_end(run);
        *outcomes.entry(format!("{:?}", run.run.outcome.unwrap())).or_default() += 1;
    }
    check_order(&runs);
    let environments: Vec<Environment> = proctor.api().items("/api/v1/environments?limit=200");
    for environment in environments {
        assert_eq!(environment.state, EnvironmentState::Free, "seed {seed}: {environment:#?}");
        assert_eq!(environment.queue.length, 0);
    }
    wait_until("nothing of any run is left", || proctor.processes_of_runs().is_empty());
    let longest = longest_until_free(&runs, &kills);
    faults::note_free_ms(longest);
    eprintln!("seed {seed}: {} kills, {outcomes:?}, free after at most {longest} ms", kills.len());
}

fn strike(proctor: &mut Proctor, victim: Victim) {
    let (workers, supervisors) = match victim {
        Victim::Worker => (proctor.workers(), Vec::new()),
        Victim::Supervisor => (Vec::new(), proctor.supervisors()),
        Victim::WorkerAndSupervisor => (proctor.workers(), proctor.supervisors()),
        Victim::Serve => {
            proctor.kill_serve();
            proctor.serve();
            return;
        }
    };
    for process in workers.iter().chain(&supervisors) {
        kill(process.pid, Signal::SIGKILL);
    }
}

fn unfinished(proctor: &Proctor) -> usize {
    let environments: Vec<Environment> = proctor.api().items("/api/v1/environments?limit=200");
    let busy = |one: &Environment| one.queue.length + usize::from(one.holder.is_some());
    environments.iter().map(busy).sum()
}

/// A run that did not pass says why, and its log has no gap.
fn check_end(run: &RunDetails) {
    let RunDetails { run, log, .. } = run;
    assert_eq!(run.state, State::Finished);
    assert!(log.complete, "{run:#?}");
    let reason = run.reason.as_deref().unwrap_or_default();
    match run.outcome.unwrap() {
        Outcome::Passed => assert_eq!(run.progress.passed, 1, "{run:#?}"),
        Outcome::Lost => assert!(reason.contains("worker"), "{run:#?}"),
        Outcome::Error => assert!(reason.contains("supervisor"), "{run:#?}"),
        other => panic!("{other:?}: {run:#?}"),
    }
}

/// In each environment the runs started in the order in which they were asked for, each after the end of the last.
fn check_order(runs: &[RunDetails]) {
    for environment in 1..=ENVIRONMENTS {
        let here = runs
            .iter()
            .map(|run| &run.run)
            .filter(|run| run.environment.as_ref().is_some_and(|one| one.id == environment));
        let times: Vec<_> = here.flat_map(|run| [run.started_at, run.finished_at]).collect();
        assert!(times.is_sorted(), "environment {environment}: {times:?}");
    }
}

/// From the kill to the end of the run that was lost by it.
fn longest_until_free(runs: &[RunDetails], kills: &[i64]) -> i64 {
    let lost = runs.iter().filter(|run| run.run.outcome == Some(Outcome::Lost));
    let time = |run: &RunDetails| {
        let freed = run.run.finished_at.unwrap().0.0;
        kills.iter().filter(|killed| **killed <= freed).map(|killed| freed - killed).min()
    };
    lost.filter_map(time).max().unwrap_or(0)
}

/// By the clock that the times of runs are of.
fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_millis().try_into().unwrap()
}

/// Numbers that look like chance and are the same for the same seed: splitmix64.
struct Chance {
    seed: u64,
    state: u64,
}

impl Chance {
    fn new(round: u64) -> Self {
        let given = std::env::var("PROCTOR_SEED").ok().and_then(|seed| seed.parse::<u64>().ok());
        let seed = given.unwrap_or_else(|| u64::from(std::process::id())) + round;
        Self { seed, state: seed }
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}
