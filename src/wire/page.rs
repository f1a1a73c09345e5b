//! One page of a list.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One page of a list; ask again with `cursor=<next_cursor>` for the page after it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Opaque; `null` on the last page.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
