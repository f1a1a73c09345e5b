//! Facts that readers of the stream are told. An event names what changed; the reader fetches its present state.

use super::{EnvironmentId, RunId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    Run(RunId),
    /// A test case of a run, by its number.
    Test(RunId, i64),
    Environment(EnvironmentId),
}
