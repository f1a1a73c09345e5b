//! How far this machine lets runs be kept apart, found by doing it once.

use std::io;
use std::io::Read;
use std::path::Path;

use nix::fcntl::OFlag;
use nix::sys::wait::waitpid;
use nix::unistd::{getgid, getuid, pipe2};
use serde::{Deserialize, Serialize};

use super::cgroup::Groups;
use super::sandbox::Sandbox;
use super::spawn::{self, Isolation};
use super::{init, landlock};
use crate::domain::run::Network;

/// The rung of the ladder on which runs of this machine stand, and why it is no higher one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// 3: sandbox and control groups. 2: sandbox. 1: landlock. 0: none of them.
    pub rung: u8,
    pub(super) isolation: Isolation,
    /// What is missing, in words of the kernel.
    pub lacks: Vec<String>,
}

impl Grant {
    /// The best that is granted. `directory` is one that a run must not see.
    pub fn find(groups: &Groups, directory: &Path) -> Self {
        let mut lacks = Vec::new();
        if !groups.hold() {
            lacks.push("no control groups for memory and pids can be made".to_owned());
        }
        let sandbox = Sandbox {
            hidden: vec![directory.to_owned()],
            scratch: "/tmp/probe".into(),
            tmp_bytes: 1 << 20,
            tmp_files: 100,
            ..Sandbox::default()
        };
        for isolation in Isolation::NAMESPACES {
            match attempt(isolation, Some(&sandbox)) {
                Ok(()) => {
                    let rung = if groups.hold() { 3 } else { 2 };
                    return Self { rung, isolation, lacks };
                }
                Err(error) => lacks.push(format!("no sandbox ({}): {error}", isolation.as_str())),
            }
        }
        let granted = Isolation::NAMESPACES.into_iter().find(|one| attempt(*one, None).is_ok());
        let isolation = granted.unwrap_or(Isolation::Tree);
        let rung = u8::from(landlock::is_there());
        if rung == 0 {
            lacks.push("no landlock".to_owned());
        }
        Self { rung, isolation, lacks }
    }

    /// Whether somebody who is not root could have a sandbox.
    pub fn try_user_namespace() -> io::Result<()> {
        attempt(Isolation::UserNamespace, None)
    }

    pub fn has_pid_namespace() -> bool {
        Isolation::NAMESPACES.into_iter().any(|isolation| attempt(isolation, None).is_ok())
    }

    /// Why a run must not be started here, if it must not.
    pub fn refusal(&self, least: u8) -> Option<String> {
        (self.rung < least).then(|| {
            format!(
                "this machine lets runs be kept apart on rung {} only, and isolation.min is {least} ({}). `proctor doctor` \
                 says how to get there; --isolation-min {} allows less",
                self.rung,
                self.lacks.join("; "),
                self.rung
            )
        })
    }
}

/// Makes the first process of a run, which does what such a process does and ends.
fn attempt(isolation: Isolation, sandbox: Option<&Sandbox>) -> io::Result<()> {
    let user = (getuid(), getgid());
    let (read, write) = pipe2(OFlag::O_CLOEXEC)?;
    let pid = spawn::clone_init(isolation, Network::Machine, || {
        match init::isolate(isolation, user, sandbox, |_| ()) {
            Ok(()) => 0,
            Err(error) => {
                let _ = nix::unistd::write(&write, error.to_string().as_bytes());
                1
            }
        }
    })?;
    drop(write);
    let mut words = String::new();
    std::fs::File::from(read).read_to_string(&mut words)?;
    waitpid(pid, None)?;
    if words.is_empty() { Ok(()) } else { Err(io::Error::other(words)) }
}
