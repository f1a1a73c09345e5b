//! `/runs` and what is below it.

mod artifacts;
mod cancel;
mod chain;
mod comments;
mod create;
mod find;
mod junit;
mod leak;
mod list;
mod log;
mod rerun;
mod sources;
mod test_cases;
