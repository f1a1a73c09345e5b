//! The worker's hands: from a claimed run to its last record.

pub mod supervisor;
