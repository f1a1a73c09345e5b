//! Proctor.
pub mod domain;
pub mod logs;
pub mod wire;
