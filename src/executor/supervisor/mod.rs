//! A process beside the worker that owns the process trees of its runs.
//!
//! The worker asks it to start trees and to signal them, and says of each how long its lease is good for. It ends a
//! tree whose time has come, and every tree when the worker dies: so an environment is never given away while something
//! of the last run still runs in it. It has one thread and reads no database, so nothing can keep it from doing that.
//!
//! Below it, each run has a tiny init: pid 1 of a pid namespace where the kernel grants one (its end takes everything
//! in it along, however often it forked or called setsid), else a subreaper that kills its descendants by name. The
//! kernel kills an init whose supervisor dies.

mod cgroup;
mod client;
mod confine;
mod grant;
mod init;
mod landlock;
mod limit;
mod message;
mod process;
mod remains;
mod sandbox;
mod snapshot;
mod spawn;
mod starting;
mod tree;
mod zygote;
mod zygotes;

pub use cgroup::{Counted, Groups, count};
pub use client::{Job, Started, Streams, Supervisor};
pub use confine::Confinement;
pub use grant::Grant;
pub use message::{Begun, Cause, End, Habits, How, Launch, Preparation, Recipe, Signal, Start};
pub use process::main;
pub use remains::wait_until_gone;
pub use sandbox::Sandbox;
pub use snapshot::{LivePath, Snapshot};
pub use tree::descendants;
