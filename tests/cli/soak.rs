//! A short one of `make soak`: what would grow by much is seen at once.

use std::path::Path;
use std::process::Command;

use crate::whole::{binary, python};

/// Bytes per run. In so few rounds the allocator's steps are as large as small leaks.
const LEAST: &str = "16384";

#[test]
fn memory_stays_as_it_is_over_many_runs_and_streams() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/soak.py");
    let mut command = Command::new(python());
    command.arg(script).arg("--binary").arg(binary()).arg("--python").arg(python());
    command.args(["--rounds", "8", "--warm-up", "2", "--least", LEAST]);
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    for process in ["serve", "worker", "supervisor"] {
        assert!(told.contains(&format!("\n{process}: ")), "{told}");
    }
}
