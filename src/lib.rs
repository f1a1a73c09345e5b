//! Proctor.
