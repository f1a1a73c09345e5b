//! Files are read on threads of their own, so that a slow disk does not hold up other requests.

use super::problem::ApiError;

/// Does `work` on a thread that may block.
pub async fn blocking<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, ApiError>
where
    T: Send + 'static,
    E: Send + 'static,
    ApiError: From<E>,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => Ok(result?),
        Err(panicked) => Err(ApiError::internal(panicked)),
    }
}
