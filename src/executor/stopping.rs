//! Ending a run that does not end by itself: ask, wait, insist.

use std::time::Duration;

use tokio::time::Instant;

use super::supervisor::{Job, Signal};
use crate::domain::verdict::Stopped;

/// How long each step has before the next.
#[derive(Debug, Clone, Copy)]
pub struct Grace {
    /// For the stacks of all threads to be written, in each of two ways.
    pub dump: Duration,
    /// For pytest to tidy up and report what it has.
    pub interrupt: Duration,
    /// For handlers of SIGTERM.
    pub terminate: Duration,
}

impl Default for Grace {
    fn default() -> Self {
        Self {
            dump: Duration::from_millis(150),
            interrupt: Duration::from_secs(5),
            terminate: Duration::from_secs(2),
        }
    }
}

/// A run that is being ended.
#[derive(Debug)]
pub struct Stopping {
    pub why: Stopped,
    /// The test that was running when it began.
    pub during: Option<String>,
    done: Step,
    next_at: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    AskedForStacks,
    Dumped,
    Interrupted,
    Terminated,
    Killed,
}

impl Stopping {
    /// Begins with the stacks of all threads in the log, which show where it was.
    pub fn begin(why: Stopped, during: Option<String>, job: &Job, grace: Grace) -> Self {
        job.signal(Signal::DumpStacks);
        Self { why, during, done: Step::AskedForStacks, next_at: Instant::now() + grace.dump }
    }

    /// Ends it without asking.
    pub fn at_once(why: Stopped, during: Option<String>, job: &Job) -> Self {
        job.kill();
        Self { why, during, done: Step::Killed, next_at: Instant::now() }
    }

    /// When [`Stopping::insist`] is due; never again after the last step.
    pub fn next_at(&self) -> Option<Instant> {
        (self.done != Step::Killed).then_some(self.next_at)
    }

    pub fn insist(&mut self, job: &Job, grace: Grace) {
        let (done, wait) = match self.done {
            Step::AskedForStacks => {
                job.signal(Signal::DumpStacksNow);
                (Step::Dumped, grace.dump)
            }
            Step::Dumped => {
                job.signal(Signal::Interrupt);
                (Step::Interrupted, grace.interrupt)
            }
            Step::Interrupted => {
                job.signal(Signal::Terminate);
                (Step::Terminated, grace.terminate)
            }
            Step::Terminated | Step::Killed => {
                job.kill();
                (Step::Killed, Duration::ZERO)
            }
        };
        self.done = done;
        self.next_at = Instant::now() + wait;
    }
}
