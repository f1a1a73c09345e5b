//! Files that the tests of a run left for people.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Timestamp;

/// A file that the tests of a run left in `PROCTOR_ARTIFACTS`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Artifact {
    /// Relative to the folder.
    #[schema(example = "screens/checkout.png")]
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// What it is served as; everything but pictures and text is for saving only.
    #[schema(example = "image/png")]
    pub media_type: String,
    pub modified_at: Timestamp,
}
