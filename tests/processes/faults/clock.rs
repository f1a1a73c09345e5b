//! The clock for people jumps: leases, durations and the order of queues have another one, or none.

use std::fs;
use std::path::Path;
use std::process::Command;

use proctor::wire::State;

use super::{GATED, gated_run, let_pass, no_double};
use crate::harness::{Proctor, Settings, wait_until};

/// Stands before the C library of `serve` and its worker: their clock for people is off by what the file says, in seconds.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    long failed = syscall(SYS_clock_gettime, clock, now);
    const char *path = getenv("PROCTOR_TEST_CLOCK");
    if (failed || clock != CLOCK_REALTIME || !path) return failed ? -1 : 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    char text[32] = {0};
    if (read(file, text, sizeof text - 1) > 0) now->tv_sec += atol(text);
    close(file);
    return 0;
}
"#;

fn compile(home: &Path) -> bool {
    fs::write(home.join("shim.c"), SHIM).unwrap();
    let made = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o", "shim.so", "shim.c"])
        .current_dir(home)
        .status();
    made.is_ok_and(|status| status.success())
}

#[test]
fn a_clock_that_jumps_loses_no_lease_and_changes_no_order() {
    let home = tempfile::tempdir().unwrap();
    if !compile(home.path()) {
        eprintln!("left out: there is no C compiler");
        return;
    }
    let off = home.path().join("off");
    fs::write(&off, "0").unwrap();
    let variables = vec![
        ("LD_PRELOAD", home.path().join("shim.so").display().to_string()),
        ("PROCTOR_TEST_CLOCK", off.display().to_string()),
    ];
    let lease = "[lease]\nlease_ms = 4000\nrenew_ms = 500\nkill_ms = 2500\n";
    let settings = Settings { variables, toml: lease.into(), ..Settings::default() };
    let proctor = Proctor::with(settings);
    proctor.tests.write("test_gated.py", GATED);
    let jump = |seconds: i64| fs::write(&off, seconds.to_string()).unwrap();

    let mut last = gated_run(&proctor, 7);
    let mut furthest = 0;
    for seconds in [3600, -3600, 86_400 * 365, -86_400, 0] {
        let next = proctor.api().submit(7, "test_gated.py");
        jump(seconds);
        let created = proctor.api().submit(8, "test_gated.py");
        let shown = proctor.api().run(created).run.created_at.0;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let far = shown.0 / 1000 - i64::try_from(now.as_secs()).unwrap();
        furthest = seconds.max(furthest);
        assert!(
            (far - furthest).abs() < 600,
            "no run was asked for before the one before it: {far} s"
        );
        // Longer than a lease would last that somebody measures by this clock.
        let renewed = std::time::Instant::now() + std::time::Duration::from_secs(2);
        wait_until("some renewals", || std::time::Instant::now() > renewed);
        let run = proctor.api().run(last).run;
        assert_eq!(run.state, State::Running, "{seconds}: {run:#?}");
        let_pass(&proctor, last);
        let ended = proctor.api().run(last).run;
        assert!(ended.duration_ms.is_some_and(|duration| duration >= 0), "{ended:#?}");
        proctor.tests.wait_until_said(next, "start");
        let_pass(&proctor, created);
        last = next;
    }
    let_pass(&proctor, last);
    no_double(&proctor);
}
