//! The tests that Proctor is given, and how they and the tests of Proctor itself tell each other something.

use std::fs;
use std::path::{Path, PathBuf};

use super::wait_until;

/// What the given tests import: gates to wait at, stamps of a clock that is the same in every process, and a claim to
/// the environment that is theirs alone as long as any process that came from them lives.
const TOOLS: &str = r#"
import fcntl, os, time

HOME = os.environ["HARNESS"]
RUN = os.environ["PROCTOR_RUN_ID"]
ENVIRONMENT = os.environ["PROCTOR_ENVIRONMENT_ID"]

def wait_for(gate):
    while not os.path.exists(f"{HOME}/gates/{gate}"):
        time.sleep(0.005)

def say(words):
    line = f"{time.monotonic_ns()} {RUN} {ENVIRONMENT} {words}\n".encode()
    descriptor = os.open(f"{HOME}/said", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.write(descriptor, line)
    os.close(descriptor)

def claim():
    descriptor = os.open(f"{HOME}/claims/{ENVIRONMENT}", os.O_RDWR | os.O_CREAT, 0o666)
    os.set_inheritable(descriptor, True)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("double")
        raise
    say("start")
    return descriptor
"#;

/// A directory with tests.
pub struct TestsRoot {
    path: PathBuf,
    home: PathBuf,
}

/// Something that a test said, in the order of the machine's monotonic clock.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    pub at_ns: u64,
    pub run: i64,
    pub environment: i64,
    pub words: String,
}

impl TestsRoot {
    pub(super) fn new(path: PathBuf, home: &Path) -> Self {
        for directory in ["gates", "claims"] {
            fs::create_dir(home.join(directory)).unwrap();
        }
        // Where only single files and directories can be allowed, none can be made beside them.
        fs::write(home.join("said"), "").unwrap();
        let root = Self { path, home: home.to_owned() };
        if root.path.starts_with(home) {
            fs::create_dir(&root.path).unwrap();
            root.write("tools.py", TOOLS);
        }
        root
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Lets those go on that wait for it.
    pub fn open(&self, gate: &str) {
        fs::write(self.home.join("gates").join(gate), "").unwrap();
    }

    /// What all tests said so far, in order of time.
    pub fn said(&self) -> Vec<Said> {
        let text = fs::read_to_string(self.home.join("said")).unwrap_or_default();
        let mut said: Vec<_> = text.lines().map(Said::read).collect();
        said.sort();
        said
    }

    /// Waits until a run has said something.
    #[track_caller]
    pub fn wait_until_said(&self, run: i64, words: &str) -> Said {
        let mut found = None;
        wait_until(&format!("run {run} says {words:?}"), || {
            found = self.said().into_iter().find(|said| said.run == run && said.words == words);
            found.is_some()
        });
        found.unwrap()
    }
}

impl Said {
    fn read(line: &str) -> Self {
        let mut words = line.splitn(4, ' ');
        let mut next = || words.next().unwrap_or_default();
        let number = |text: &str| text.parse::<i64>().unwrap();
        let (at_ns, run, environment) = (next(), next(), next());
        Self {
            at_ns: at_ns.parse().unwrap(),
            run: number(run),
            environment: number(environment),
            words: next().to_owned(),
        }
    }
}
