//! PostgreSQL with Patroni, etcd and HAProxy, as docs/operations.md sets them up: the host of the primary is gone, or stalls,
//! under load, the standby takes its place by itself, and nothing that was answered is lost.

mod hosts;
mod manual;

use std::path::Path;
use std::time::{Duration, Instant};

use hosts::Hosts;

use super::load::{under_load, wait_until_answered};
use super::{GATED, gated_run, let_pass};
use crate::harness::{faults, wait_until};

const PROGRAMS: [&str; 4] = [hosts::PATRONI, hosts::ETCD, hosts::HAPROXY, hosts::UNSHARE];

#[test]
fn the_standby_takes_over_from_a_lost_host_by_itself_and_no_run_is_lost() {
    take_over(Hosts::kill, Hosts::start_again);
}

#[test]
fn a_primary_that_was_stopped_takes_nothing_back_from_the_standby_that_took_over() {
    take_over(Hosts::stop, Hosts::go_on);
}

fn take_over(strike: impl FnOnce(&mut Hosts, usize), end: impl FnOnce(&mut Hosts, usize)) {
    if let Some(reason) = reason_to_leave_it_out() {
        eprintln!("left out: {reason}");
        return;
    }
    let mut hosts = Hosts::start();
    let lost = under_load(&hosts::new_database(), manual::block("toml"), |proctor| {
        proctor.tests.write("test_gated.py", GATED);
        let run = gated_run(proctor, 8);
        let primary = hosts.with_role("leader").expect("there is a primary");
        let killed = Instant::now();
        strike(&mut hosts, primary);
        wait_until_answered(proctor);
        let_pass(proctor, run);
        assert!(killed.elapsed() < lease(), "free after {:?}", killed.elapsed());
        // Whoever comes back follows.
        end(&mut hosts, primary);
        wait_until("it is the standby", || hosts.with_role("sync_standby") == Some(primary));
    });
    assert_eq!(lost, 0, "runs go on while nobody is primary");
}

/// After so long an environment would be free for others.
fn lease() -> Duration {
    let settings: toml::Table = manual::block("toml").parse().unwrap();
    Duration::from_millis(settings["lease"]["lease_ms"].as_integer().unwrap().try_into().unwrap())
}

fn reason_to_leave_it_out() -> Option<&'static str> {
    if !faults::are_wanted() {
        return Some("a failover by Patroni takes more than a minute; make faults plays it");
    }
    if !PROGRAMS.iter().all(|program| Path::new(program).exists()) {
        return Some("there are no patroni, etcd-server and haproxy here");
    }
    (!hosts::may_be_made()).then_some("this machine lets nobody have namespaces of its own")
}
