//! PostgreSQL refuses to run as root.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use nix::unistd::User;

/// A program as the user of the package, where this one is root.
pub fn as_postgres(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    if nix::unistd::geteuid().is_root() {
        let user = User::from_name("postgres").unwrap().expect("the user postgres exists");
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command.current_dir("/").process_group(0).stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null());
    command
}
