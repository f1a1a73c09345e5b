//! The JSON of the REST service and its stream: every shape that leaves or enters, and nothing else that is serialised.
//!
//! The server writes these types and the command line reads them, so each derives both ways. A field is always present
//! in an answer, `null` when there is nothing to say; more fields may be added, so readers ignore what they do not know.

pub mod artifact;
pub mod board;
pub mod comment;
pub mod environment;
pub mod health;
pub mod history;
pub mod junit;
pub mod leak;
pub mod log;
pub mod name;
pub mod page;
pub mod plan;
pub mod preview;
pub mod problem;
pub mod rerun_chain;
pub mod run;
pub mod settings;
pub mod stream;
pub mod submit;
pub mod template;
pub mod test_case;
pub mod tests_root;
pub mod time;
pub mod upload;
pub mod usage;
pub mod worker;

pub use artifact::Artifact;
pub use board::{Leader, Leaderboards};
pub use comment::{Comment, NewComment};
pub use environment::{
    Environment, EnvironmentChanges, EnvironmentGone, Holder, NewEnvironment, NewReservation,
    NewVariable, Queue, Reservation,
};
pub use health::{Check, Readiness};
pub use history::{Change, Comparison, ComparisonItem, Difference, History, HistoryItem, Label};
pub use junit::JunitReport;
pub use leak::{LeakReport, LeakSite, LeakVerdict};
pub use log::{LogLine, LogLines, LogMatches, LogState};
pub use name::{EnvironmentState, Outcome, State, TestOutcome};
pub use page::Page;
pub use plan::{ChangedPlan, NewPlan, Plan};
pub use preview::{AheadRun, RunPreview};
pub use problem::{Mistake, Problem};
pub use rerun_chain::{Became, ChainItem, RerunChain};
pub use run::{Place, Pruned, Refused, Run, RunDetails};
pub use settings::{SentLimits, Settings};
pub use stream::{LogChange, Reset, TestChange, TestsChange, UsageChange};
pub use submit::{CancelRun, EnvironmentChoice, Labels, NewRun, Rerun, RerunFiles, RunOptions};
pub use template::{NewTemplate, Parameter, Template};
pub use test_case::TestCase;
pub use tests_root::{Case, Cases, Directory, File, Tree};
pub use time::Timestamp;
pub use upload::{
    DeletedFile, DeletedTests, FileChange, FileChangeKind, MoveTests, MovedTests, OnConflict,
    PreviewedFile, SyntaxError, Upload, UploadForm, UploadPreview, UploadVerdict, UploadedFile,
};
pub use usage::{UsageLimits, UsageSample, UsageSeries};
pub use worker::{Worker, WorkerState};
