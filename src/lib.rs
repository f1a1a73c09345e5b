//! Proctor.
pub mod domain;
pub mod logs;
