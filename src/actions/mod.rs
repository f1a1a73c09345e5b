//! Every change of state: one function is one transaction with its events. Whoever waits is told after the commit.

mod blobs;
mod cancel;
mod cases;
mod claim;
mod comments;
mod context;
mod environments;
mod files;
mod finish;
mod logs;
mod lose;
mod objects;
mod outbox;
mod plans;
mod record;
mod reserve;
mod retention;
mod submit;
mod templates;
mod times;
mod workers;

pub use blobs::{KeepError, Sweep, keep_blob, keep_small_blobs, record_run_files, sweep_blobs};
pub use cancel::{CancelError, cancel};
pub use cases::{answer_cases, want_cases};
pub use claim::{
    ClaimError, Claimed, Claimer, Claims, Left, Slots, claim, claim_several, pass_on, take_up,
};
pub use comments::{CommentError, create_comment, delete_comment};
pub use context::Context;
pub use environments::{
    EnvironmentError, change_environment, create_environment, delete_environment,
};
pub use files::{record_file_changes, tell_tests_changed};
pub use finish::{LastRecord, finish, finish_several};
pub use logs::{drop_log_pieces, keep_log_pieces, keep_logs};
pub use lose::{lose_expired, lose_worker};
pub use objects::{
    BindError, announce_objects, bind_objects, forget_objects, name_object_store,
    note_object_store, stay_objects, take_loose_objects,
};
pub use outbox::{Delivery, end_delivery, put_off_delivery, set_webhooks, take_delivery};
pub use plans::{PlanError, create_plan, delete_plan, update_plan};
pub use record::{Batch, Lease, RecordError, record};
pub use reserve::{Begin, ReserveError, Wish, expire_reservations, release, reserve};
pub use retention::prune_part;
pub use submit::{IdempotencyKey, SubmitError, Submitted, submit, submitted_before};
pub use templates::{TemplateError, create_template, delete_template, update_template};
pub use times::remember_times;
pub use workers::{
    LeaseTimes, Renewed, drain, note_done, note_rung, note_silent, prune, register, renew,
};
