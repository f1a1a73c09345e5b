//! Whole Proctors with real processes: the queue, what happens when processes are killed, and what runs report.

#[path = "../harness/mod.rs"]
mod harness;

#[path = "../store/cluster.rs"]
mod cluster;
#[path = "../harness/door.rs"]
mod door;
mod environments;
mod faults;
mod gated;
mod hosts;
mod kept_logs;
mod kills;
mod limits;
mod logging;
mod objects;
mod operator;
mod packages;
mod queue;
mod restarts;
mod retention;
mod runs;
#[path = "../harness/s3.rs"]
#[expect(dead_code, reason = "the store's tests do more with it")]
mod s3;
mod sandbox;
mod warm;
mod webhooks;
