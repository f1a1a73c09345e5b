//! What the processes of a Proctor may do, and so how far runs can be kept apart.

use std::process::{Command, Stdio};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Those of whoever runs these tests.
    Own,
    /// An ordinary user's: namespaces only within a user namespace.
    Nobody,
    /// Without control groups.
    NoControlGroups,
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
            // The kernel still lets it read what belongs to root, so the interpreter may be anywhere.
            Self::Nobody => &["unshare", "--user", "--map-user=65534", "--map-group=65534"],
            Self::NoControlGroups => &[
                "unshare",
                "--mount",
                "sh",
                "-ec",
                "mount -t tmpfs none /sys/fs/cgroup; exec \"$@\"",
                "sh",
            ],
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
}
