//! What the bodies of runs, test plans and templates have in common: targets, variables, options, names.

pub mod environment;
pub mod leak;
pub mod limits;
pub mod names;
pub mod options;
pub mod plans;
pub mod targets;
pub mod variables;
