//! What Proctor is about, without any I/O: ids, runs, environments, outcomes, and who starts next.
//!
//! Nothing here knows a database, a socket or the present time: time is a parameter.

pub mod any;
pub mod comment;
pub mod comparison;
pub mod environment;
pub mod event;
pub mod file_change;
pub mod history;
pub mod id;
pub mod leak;
pub mod limits;
pub mod log;
pub mod outcome;
pub mod plan;
pub mod policy;
pub mod report;
pub mod retention;
pub mod run;
pub mod serves;
pub mod template;
pub mod time;
pub mod times;
pub mod usage;
pub mod verdict;

pub use comment::{Comment, NewComment};
pub use environment::{Environment, EnvironmentState, Holder, Reservation};
pub use event::{Event, TestsChange};
pub use file_change::{FileChange, FileChangeKind};
pub use id::{EnvironmentId, Epoch, PlanId, RunId, WorkerId};
pub use limits::{LimitWishes, Limits};
pub use log::LogSize;
pub use outcome::{Outcome, State, TestOutcome};
pub use plan::{NewPlan, Plan};
pub use report::{MemoryUse, PhaseReport, Section, TestReport};
pub use run::{Attempt, NewRun, Options, Progress, Run, RunDetails};
pub use serves::{Crew, Hand, Serves};
pub use template::{Parameter, Template};
pub use time::Millis;
