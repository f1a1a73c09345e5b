//! The REST service: every address, from the request to the answer.
//!
//! A request passes `guard` (its id, its host, its origin), then the router; a handler reads it with `extract`, asks the
//! store or an action, and answers with a shape of `wire` or with an [`ApiError`]. One file per resource, one function per
//! operation, named as in the OpenAPI document. There is no SQL here, and nothing decides what happens to a run.

mod asked;
mod badge;
mod blocking;
mod boards;
mod body;
mod cases;
mod comparison;
mod environments;
mod extract;
mod files;
mod guard;
mod health;
mod history;
mod listen;
mod metrics;
pub mod openapi;
mod operator;
mod page;
mod plans;
mod problem;
mod router;
mod run_logs;
mod runs;
mod settings;
mod state;
mod stream;
mod templates;
mod test_files;
mod tests_root;
mod tests_watch;
mod uploads;
mod web;
mod workers;

pub use crate::catalog::UploadLimits;
pub use guard::Hosts;
pub use listen::serve;
pub use operator::{SOCKET as OPERATOR_SOCKET, answer_operator};
pub use problem::ApiError;
pub use router::router;
pub use state::{AppState, Limits, Settings};
