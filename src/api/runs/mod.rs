//! Runs: ask for them, list them, follow them, read what came out.

mod artifacts;
mod cancel;
mod chain;
mod command_line;
mod comments;
mod count;
mod create;
mod estimate;
mod files;
pub(super) mod filter;
mod find;
mod junit;
mod leak;
mod left;
mod list;
mod log;
mod log_bytes;
mod preview;
mod pruned;
mod rerun;
mod resolve;
mod show;
mod sources;
mod submission;
mod test_cases;
mod usage;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
pub use files::snapshot_of_today;
pub use filter::words;
pub use find::{existing, missing};
pub use show::show_runs;
pub use submission::{requester, user_name};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_run, list::list_runs))
        .routes(routes!(preview::preview_run))
        .routes(routes!(find::find_run))
        .routes(routes!(cancel::cancel_run))
        .routes(routes!(rerun::rerun_run))
        .routes(routes!(chain::find_reruns))
        .routes(routes!(comments::list_comments, comments::create_comment))
        .routes(routes!(comments::delete_comment))
        .routes(routes!(test_cases::list_run_tests))
        .routes(routes!(log::find_run_log))
        .routes(routes!(log::search_run_log))
        .routes(routes!(junit::find_run_junit))
        .routes(routes!(leak::find_run_leak))
        .routes(routes!(sources::find_run_source))
        .routes(routes!(usage::find_run_usage))
        .routes(routes!(artifacts::list_run_artifacts))
        .routes(routes!(artifacts::find_run_artifact))
}
