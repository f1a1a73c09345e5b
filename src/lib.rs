//! Proctor runs Python tests on shared environments. The modules, in the order of a run's journey:
//!
//! a request arrives at [`api`], [`actions`] puts it into the [`store`], the `scheduler` asks [`domain`] who is next,
//! the `executor` runs it in Python, [`logs`] keep what it prints, [`live`] tells whoever watches.

pub mod actions;
pub mod api;
pub mod catalog;
pub mod cli;
pub mod clock;
pub mod config;
pub mod depot;
pub mod domain;
pub mod executor;
pub mod live;
pub mod logs;
pub mod retention;
pub mod scheduler;
pub mod store;
pub mod webhooks;
pub mod wire;
