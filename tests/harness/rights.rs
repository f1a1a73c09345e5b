//! What the processes of a Proctor may do, and so how far runs can be kept apart.

use std::path::Path;
use std::process::{Command, Stdio};

use nix::unistd::{Gid, Uid, chown, getuid};

const NOBODY: u32 = 65534;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Those of whoever runs these tests.
    Own,
    /// An ordinary user's: namespaces only within a user namespace.
    Nobody,
    /// As in a container that grants no pid namespace.
    NoPidNamespace,
}

impl Rights {
    /// Whether this machine lets these tests take such rights away.
    pub fn can_be_had(self) -> bool {
        let mut words = self.wrapper();
        words.extend([env!("CARGO_BIN_EXE_proctor").to_owned(), "--version".to_owned()]);
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// Words before those of a command that take the rights away.
    pub(super) fn wrapper(self) -> Vec<String> {
        let words: &[&str] = match self {
            Self::Own => &[],
            // Who is no other user than root already is an ordinary one.
            Self::Nobody if !getuid().is_root() => &[],
            Self::Nobody => &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
            Self::NoPidNamespace => &[
                "unshare",
                "--user",
                "--map-root-user",
                "sh",
                "-ec",
                "echo 0 > /proc/sys/user/max_pid_namespaces; exec \"$@\"",
                "sh",
            ],
        };
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    /// Gives a directory to the user with these rights.
    pub(super) fn own(self, directory: &Path) {
        if self == Self::Nobody && getuid().is_root() {
            chown(directory, Some(Uid::from_raw(NOBODY)), Some(Gid::from_raw(NOBODY))).unwrap();
        }
    }
}
