//! Proctor.
pub mod catalog;
pub mod domain;
pub mod logs;
pub mod wire;
