//! Limits that a process carries itself and that everything it starts inherits.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, prlimit};

use nix::unistd::Pid;

use super::spawn::Isolation;
use crate::domain::Limits;

/// More open files than that nobody needs; the usual soft limit stays as it is.
const OPEN_FILES: u64 = 65_536;

/// Sets the limits of this process, or of another one, which is about to become a run. With `held`, a control group counts memory and
/// processes of the whole run; otherwise each process has its own limit of memory, and somebody watches their sum.
pub(super) fn set(
    process: Option<Pid>,
    limits: &Limits,
    isolation: Isolation,
    held: bool,
) -> io::Result<()> {
    let process = process.and_then(|process| rustix::process::Pid::from_raw(process.as_raw()));
    let lower = |resource, most| lower(process, resource, most);
    lower(Resource::Core, 0)?;
    lower(Resource::Nofile, OPEN_FILES)?;
    lower(Resource::Fsize, limits.tmp_bytes.max(limits.artifacts_bytes))?;
    if !held {
        lower(Resource::Data, limits.memory_bytes)?;
        // Counted per user, and only in a user namespace of its own has a run a user of its own.
        if isolation == Isolation::UserNamespace {
            lower(Resource::Nproc, limits.processes.into())?;
        }
    }
    Ok(())
}

/// What is lower already stays so.
fn lower(process: Option<rustix::process::Pid>, resource: Resource, most: u64) -> io::Result<()> {
    // Both processes have the limits of the supervisor.
    let Rlimit { current, maximum } = getrlimit(resource);
    let lowest = |now: Option<u64>| Some(now.map_or(most, |now| now.min(most)));
    prlimit(process, resource, Rlimit { current: lowest(current), maximum: lowest(maximum) })?;
    Ok(())
}
