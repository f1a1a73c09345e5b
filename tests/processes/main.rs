//! Whole Proctors with real processes: the queue, what happens when processes are killed, and what runs report.

#[path = "../harness/mod.rs"]
mod harness;

#[path = "../store/cluster.rs"]
mod cluster;
mod environments;
mod hosts;
mod kills;
mod limits;
mod packages;
mod queue;
mod restarts;
mod runs;
mod sandbox;
mod warm;
