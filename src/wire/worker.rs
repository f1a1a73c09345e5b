//! Workers as people see them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Timestamp;

/// A process that executes runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Worker {
    #[schema(example = 3)]
    pub id: i64,
    /// Of its machine.
    #[schema(example = "bench-1")]
    pub name: String,
    pub version: String,
    /// What its operator says of it.
    pub labels: Vec<String>,
    /// Labels and numbers of the environments that it serves; all of them when there are none.
    pub environments: Vec<String>,
    /// Runs that it executes at once.
    pub slots: i64,
    /// The numbers of those that it executes now.
    pub runs: Vec<i64>,
    pub state: WorkerState,
    /// How far runs are kept apart there, 3 to 0; `null` until it has tried.
    #[schema(required)]
    pub isolation_rung: Option<i64>,
    pub started_at: Timestamp,
    /// When it last proved that it lives.
    pub last_seen_at: Timestamp,
}

/// Whether a worker takes runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkerState {
    /// It takes runs.
    Active,
    /// It finishes what it has, takes nothing more, and leaves.
    Draining,
    /// It let its leases run out: its runs are lost. It may come back.
    Silent,
}
