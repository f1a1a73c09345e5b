//! Ending a run that does not end by itself: ask, wait, insist.

use std::time::Duration;

use tokio::time::Instant;

use super::stacks::Stacks;
use super::supervisor::{Job, Signal};
use crate::domain::verdict::Stopped;

/// How long each step has before the next.
#[derive(Debug, Clone, Copy)]
pub struct Grace {
    /// For the main thread to be where it can tell the stacks of all threads by itself.
    pub dump: Duration,
    /// For them to be told wherever the main thread is.
    pub insist_on_dump: Duration,
    /// For pytest to tidy up and report what it has.
    pub interrupt: Duration,
    /// For handlers of SIGTERM.
    pub terminate: Duration,
}

impl Default for Grace {
    fn default() -> Self {
        Self {
            dump: Duration::from_millis(500),
            insist_on_dump: Duration::from_secs(2),
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
    /// Where its threads were.
    pub stacks: Stacks,
    done: Step,
    next_at: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    AskedForStacks,
    InsistedOnStacks,
    Interrupted,
    Terminated,
    Killed,
}

impl Stopping {
    /// Begins with the stacks of all threads in the log, which show where it was.
    pub fn begin(why: Stopped, during: Option<String>, job: &Job, grace: Grace) -> Self {
        job.signal(Signal::DumpStacks);
        let (stacks, next_at) = (Stacks::default(), Instant::now() + grace.dump);
        Self { why, during, stacks, done: Step::AskedForStacks, next_at }
    }

    /// Ends it without asking.
    pub fn at_once(why: Stopped, during: Option<String>, job: &Job) -> Self {
        job.kill();
        let (stacks, next_at) = (Stacks::default(), Instant::now());
        Self { why, during, stacks, done: Step::Killed, next_at }
    }

    /// It goes on as soon as it has told where it is, so that nothing else can happen first.
    pub fn printed(&mut self, bytes: &[u8]) {
        self.stacks.push(bytes);
        if self.is_asking() && self.stacks.have_begun() {
            self.next_at = Instant::now();
        }
    }

    /// When [`Stopping::insist`] is due; never again after the last step.
    pub fn next_at(&self) -> Option<Instant> {
        (self.done != Step::Killed).then_some(self.next_at)
    }

    pub fn insist(&mut self, job: &Job, grace: Grace) {
        let (done, wait) = match self.done {
            Step::AskedForStacks if !self.stacks.have_begun() => {
                job.signal(Signal::DumpStacksNow);
                (Step::InsistedOnStacks, grace.insist_on_dump)
            }
            Step::AskedForStacks | Step::InsistedOnStacks => {
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

    fn is_asking(&self) -> bool {
        matches!(self.done, Step::AskedForStacks | Step::InsistedOnStacks)
    }
}
