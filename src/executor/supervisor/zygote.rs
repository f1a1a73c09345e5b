//! One warm interpreter: a process that has imported pytest and forks the runner of each run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::signal::{Signal as Sig, kill};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use nix::unistd::{Pid, pipe2, setsid};
use serde::{Deserialize, Serialize};

use super::cgroup::Doors;
use super::init::{CANNOT_EXECUTE, texts};
use super::message::{self, Recipe};
use super::spawn;

/// Version of the packets.
const PROTOCOL: u32 = 2;
/// Bytes of one packet.
const LONGEST: usize = 128 * 1024;
/// Of what a zygote complains of before it dies.
const LONGEST_COMPLAINT: u64 = 16 * 1024;

/// What a zygote is asked.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Question {
    /// Comes with the descriptors of a [`Birth`].
    Fork { protocol: u32, job: u64, user_namespace: bool, own_network: bool },
}

/// What a zygote says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Answer {
    Ready(Facts),
    /// It will never be ready.
    Refused {
        reason: String,
    },
    /// With the runner's number in the namespace of its init.
    Forked {
        job: u64,
        pid: i32,
    },
    Failed {
        job: u64,
        reason: String,
    },
}

/// What a zygote is made of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Facts {
    protocol: u32,
    /// Names of the modules that it has imported and a tests root may have too.
    modules: BTreeSet<String>,
    /// Folders and files that they came from, with the time of their last change in nanoseconds.
    files: BTreeMap<String, BTreeMap<String, i64>>,
}

/// What a runner is born with, in the order of the zygote's `Descriptors`.
#[derive(Debug)]
pub(super) struct Birth {
    pub job: u64,
    pub user_namespace: bool,
    pub own_network: bool,
    pub launch: OwnedFd,
    pub streams: [OwnedFd; 3],
    pub go: OwnedFd,
    pub init: OwnedFd,
    /// Of the run's control group.
    pub doors: Doors,
}

#[derive(Debug)]
pub(super) struct Zygote {
    pub pid: Pid,
    pub recipe: Recipe,
    /// Later ones have higher numbers.
    pub number: u64,
    /// When it was started, in milliseconds of the lease clock.
    pub since: i64,
    /// Once it is ready.
    pub facts: Option<Facts>,
    pub forks: u32,
    /// Jobs of questions without an answer.
    pub outstanding: BTreeSet<u64>,
    /// Because it is not wanted any more.
    pub ended: bool,
    socket: OwnedFd,
    complaints: OwnedFd,
}

impl Zygote {
    pub fn start(recipe: Recipe, number: u64, since: i64) -> io::Result<Self> {
        let flags = SockFlag::SOCK_CLOEXEC;
        let (ours, theirs) = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, flags)?;
        let (complaints, complain) = pipe2(OFlag::O_CLOEXEC)?;
        fcntl(&complaints, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        let pid = spawn::fork_process(|| match become_zygote(&recipe, &complain, &theirs) {
            Ok(never) => match never {},
            Err(error) => {
                let _ = nix::unistd::write(&complain, format!("{error}\n").as_bytes());
                CANNOT_EXECUTE
            }
        })?;
        fcntl(&ours, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        Ok(Self {
            pid,
            recipe,
            number,
            since,
            facts: None,
            forks: 0,
            outstanding: BTreeSet::new(),
            ended: false,
            socket: ours,
            complaints,
        })
    }

    pub fn is(&self, recipe: &Recipe) -> bool {
        self.recipe == *recipe
    }

    pub fn socket(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// Asks for a runner; [`Answer::Forked`] or [`Answer::Failed`] follows, or the zygote dies.
    pub fn fork(&mut self, birth: &Birth) -> io::Result<()> {
        let Birth { launch, streams: [output, request, events], go, init, .. } = birth;
        let question = Question::Fork {
            protocol: PROTOCOL,
            job: birth.job,
            user_namespace: birth.user_namespace,
            own_network: birth.own_network,
        };
        let descriptors = [launch, output, request, events, go, init].map(AsFd::as_fd);
        let descriptors: Vec<_> =
            descriptors.into_iter().chain(birth.doors.descriptors()).collect();
        message::send(self.socket.as_fd(), &question, &descriptors)?;
        self.forks += 1;
        self.outstanding.insert(birth.job);
        Ok(())
    }

    /// What it says next, or `None` when it is gone; an error of the kind `WouldBlock` when it says nothing.
    pub fn hear(&mut self) -> io::Result<Option<Answer>> {
        let mut buffer = vec![0; LONGEST];
        let packet = message::receive_into::<Answer>(self.socket.as_fd(), &mut buffer)?;
        let answer = packet.map(|(answer, _)| answer);
        match &answer {
            Some(Answer::Ready(facts)) if facts.protocol != PROTOCOL => {
                return Err(io::Error::other(format!("it speaks protocol {}", facts.protocol)));
            }
            Some(Answer::Forked { job, .. } | Answer::Failed { job, .. }) => {
                self.outstanding.remove(job);
            }
            _ => {}
        }
        Ok(answer)
    }

    /// The last line that it wrote.
    pub fn complaint(&self) -> Option<String> {
        let mut text = Vec::new();
        let mut source = fs::File::from(self.complaints.try_clone().ok()?).take(LONGEST_COMPLAINT);
        // Ends with an error when nothing more is there; what was read until then is kept.
        let _ = source.read_to_end(&mut text);
        let text = String::from_utf8_lossy(&text);
        text.lines().rfind(|line| !line.trim().is_empty()).map(str::to_owned)
    }

    pub fn kill(&self) {
        let _ = kill(self.pid, Sig::SIGKILL);
    }

    /// It is not wanted any more.
    pub fn end(&mut self) {
        self.ended = true;
        self.kill();
    }
}

impl Facts {
    /// A file or folder that has changed since it was imported or looked through.
    pub fn changed(&self) -> Option<String> {
        for (folder, names) in &self.files {
            for (name, changed) in names {
                let path = Path::new(folder).join(name);
                let now = fs::metadata(&path)
                    .map(|data| data.mtime() * 1_000_000_000 + data.mtime_nsec());
                if now.ok() != Some(*changed) {
                    return Some(path.display().to_string());
                }
            }
        }
        None
    }

    /// Something in the directory that a new interpreter would import instead of a module that is imported already.
    pub fn shadowed(&self, directory: &str) -> Option<String> {
        let entries = fs::read_dir(directory).ok()?;
        entries.flatten().map(|entry| entry.path()).find_map(|path| {
            let name = path.file_name()?.to_str()?;
            let (module, suffix) = name.split_once('.').unwrap_or((name, ""));
            let stands_in = self.modules.contains(module)
                && match suffix.rsplit('.').next() {
                    Some("py" | "pyc" | "so") => true,
                    Some("") => path.join("__init__.py").exists(),
                    _ => false,
                };
            stands_in.then(|| name.to_owned())
        })
    }
}

fn become_zygote(
    recipe: &Recipe,
    complain: &OwnedFd,
    socket: &OwnedFd,
) -> io::Result<std::convert::Infallible> {
    let arguments = texts(&recipe.arguments)?;
    let environment = texts(&recipe.environment)?;
    setsid()?;
    spawn::end_with_parent()?;
    nix::unistd::chdir("/")?;
    let nothing = fs::File::open("/dev/null")?;
    let (complain, socket) = (complain.as_fd(), socket.as_fd());
    spawn::arrange_descriptors(&[nothing.as_fd(), complain, complain, socket])?;
    // Its number is one of the arranged ones now.
    std::mem::forget(nothing);
    spawn::reset_signals()?;
    Err(spawn::execute(&arguments, &environment).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The runner's own tests compare their packets with these files.
    fn golden(name: &str) -> io::Result<Vec<u8>> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/protocol");
        fs::read(directory.join(format!("zygote.{name}.json")))
    }

    #[test]
    fn every_recorded_answer_is_understood() -> Result<(), Box<dyn std::error::Error>> {
        let answer = |name| -> Result<Answer, Box<dyn std::error::Error>> {
            Ok(serde_json::from_slice(&golden(name)?)?)
        };
        let Answer::Ready(facts) = answer("ready")? else { return Err("not ready".into()) };
        assert_eq!(facts.protocol, PROTOCOL);
        assert!(facts.modules.contains("shlex"));
        assert_eq!(facts.files.len(), 1);
        assert_eq!(answer("forked")?, Answer::Forked { job: 7, pid: 3 });
        let reason = "no processes are left".to_owned();
        assert_eq!(answer("failed")?, Answer::Failed { job: 7, reason });
        let reason = "pytest 6.2.5 is not supported".to_owned();
        assert_eq!(answer("refused")?, Answer::Refused { reason });
        Ok(())
    }

    #[test]
    fn a_question_is_what_the_runner_reads() -> Result<(), Box<dyn std::error::Error>> {
        let question = Question::Fork {
            protocol: PROTOCOL,
            job: 7,
            user_namespace: false,
            own_network: false,
        };
        let recorded: serde_json::Value = serde_json::from_slice(&golden("fork")?)?;
        assert_eq!(serde_json::to_value(&question)?, recorded);
        Ok(())
    }

    #[test]
    fn a_changed_file_is_named() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let file = directory.path().join("plugin.py");
        fs::write(&file, "")?;
        let changed = fs::metadata(&file)?;
        let changed = changed.mtime() * 1_000_000_000 + changed.mtime_nsec();
        let names = [("plugin.py".to_owned(), changed)].into();
        let files = [(directory.path().display().to_string(), names)].into();
        let facts = Facts { protocol: PROTOCOL, modules: BTreeSet::new(), files };
        assert_eq!(facts.changed(), None);
        fs::remove_file(&file)?;
        assert_eq!(facts.changed(), Some(file.display().to_string()));
        Ok(())
    }
}
