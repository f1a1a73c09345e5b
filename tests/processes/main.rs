//! Whole Proctors with real processes: the queue, what happens when processes are killed, and what runs report.

#[path = "../harness/mod.rs"]
mod harness;

#[path = "../store/cluster.rs"]
mod cluster;
mod door;
mod environments;
mod faults;
mod gated;
mod hosts;
mod kills;
mod limits;
mod logging;
mod operator;
mod packages;
mod queue;
mod restarts;
mod retention;
mod runs;
mod sandbox;
mod warm;
mod webhooks;
