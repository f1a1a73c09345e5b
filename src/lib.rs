//! Proctor.
pub mod domain;
