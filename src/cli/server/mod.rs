//! `serve` and `worker`: the processes that compose everything.

mod arguments;
mod compose;
mod home;
mod hosts;
mod local_worker;
mod presence;
mod serve;
mod worker;

pub use arguments::{ServeSettings, WorkerSettings};
pub use compose::{block_on, readable_variables};
pub use hosts::join as join_hosts;
pub use serve::serve;
pub use worker::{executor_settings, packages, supervisor, worker};
