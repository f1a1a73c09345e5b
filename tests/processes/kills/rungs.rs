//! The same where the kernel grants less: an ordinary user, and a container without pid namespaces.

use nix::sys::signal::Signal;
use proctor::wire::Outcome;

use super::{
    end_without_remains, gated_run, init_of, let_pass, no_double, run_with_daemons, write_tests,
};
use crate::harness::{Proctor, Rights, Settings, kill, wait_until};

/// Passes, and leaves daemons behind, one of them from a thread.
const LEAVING: &str = "
import os, subprocess, sys, threading, time
from tools import claim, say

def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        while True:
            time.sleep(1)

def test_leaves():
    held = claim()
    daemon()
    thread = threading.Thread(target=subprocess.Popen, args=(['sleep', '1000'],), kwargs={'close_fds': False})
    thread.start()
    thread.join()
";

fn proctor(rights: Rights, isolation: &str) -> Option<Proctor> {
    if !rights.can_be_had() {
        eprintln!("left out: this machine lets nobody have {rights:?}");
        return None;
    }
    let proctor = Proctor::with(Settings { rights, ..Settings::default() });
    write_tests(&proctor);
    proctor.tests.write("test_leaving.py", LEAVING);
    let run = gated_run(&proctor, 1);
    let_pass(&proctor, run);
    assert_eq!(proctor.api().run(run).isolation.as_deref(), Some(isolation));
    Some(proctor)
}

#[test]
fn an_ordinary_user_keeps_every_promise() {
    let Some(proctor) = proctor(Rights::Nobody, "pid namespace in a user namespace") else {
        return;
    };
    keep_promises(&proctor);
    let lost = run_with_daemons(&proctor, 9);
    let next = proctor.api().submit(9, "test_gated.py");
    let (worker, supervisor) = (proctor.worker().pid, proctor.supervisor().pid);
    kill(worker, Signal::SIGKILL);
    kill(supervisor, Signal::SIGKILL);
    assert_eq!(end_without_remains(&proctor, lost).0, Outcome::Lost);
    let_pass(&proctor, next);
    no_double(&proctor);
}

#[test]
fn without_namespaces_every_promise_is_kept_when_one_process_is_killed() {
    let Some(proctor) = proctor(Rights::NoPidNamespace, "process tree") else { return };
    keep_promises(&proctor);
}

fn keep_promises(proctor: &Proctor) {
    // What passes leaves nothing behind.
    let runs: Vec<_> = (0..3).map(|_| proctor.api().submit(2, "test_leaving.py")).collect();
    let other = gated_run(proctor, 3);
    for run in runs {
        let (outcome, reason) = end_without_remains(proctor, run);
        assert_eq!(outcome, Outcome::Passed, "{reason}");
    }
    let ended = run_with_daemons(proctor, 4);
    let next = proctor.api().submit(4, "test_gated.py");
    kill(init_of(proctor, ended).pid, Signal::SIGKILL);
    assert_eq!(end_without_remains(proctor, ended).0, Outcome::Error);
    let_pass(proctor, next);

    let cancelled = run_with_daemons(proctor, 5);
    let next = proctor.api().submit(5, "test_gated.py");
    proctor.api().cancel(cancelled, "ben");
    assert_eq!(end_without_remains(proctor, cancelled).0, Outcome::Cancelled);
    let_pass(proctor, next);
    let_pass(proctor, other);

    let ended = run_with_daemons(proctor, 6);
    let next = proctor.api().submit(6, "test_gated.py");
    kill(proctor.supervisor().pid, Signal::SIGKILL);
    assert_eq!(end_without_remains(proctor, ended).0, Outcome::Error);
    let_pass(proctor, next);

    let lost = run_with_daemons(proctor, 7);
    let next = proctor.api().submit(7, "test_gated.py");
    kill(proctor.worker().pid, Signal::SIGKILL);
    assert_eq!(end_without_remains(proctor, lost).0, Outcome::Lost);
    let_pass(proctor, next);
    no_double(proctor);
    wait_until("nothing of any run is left", || proctor.processes_of_runs().is_empty());
}
