//! All addresses.

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware;
use axum::routing::get;

use super::problem::ApiError;
use super::{AppState, guard, openapi, web};

/// The service and the web application.
pub fn router(state: AppState) -> Router {
    let (routes, _) = openapi::routes().split_for_parts();
    routes
        .route("/api/v1/openapi.json", get(openapi::find_document))
        .route("/api/docs", get(openapi::docs_page))
        .route("/api/docs/{*file}", get(openapi::docs_file))
        .fallback(fallback)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(state.clone(), guard::guard))
        .with_state(state)
}

/// Unknown addresses: JSON below `/api`, else the web application, which has its own idea of addresses.
async fn fallback(request: Request) -> Result<axum::response::Response, ApiError> {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return Err(ApiError::NotFound(format!(
            "there is nothing at {path}; /api/docs shows what there is"
        )));
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Err(ApiError::MethodNotAllowed { method: request.method().to_string() });
    }
    web::serve(request.uri().path(), request.headers())
}

async fn method_not_allowed(method: Method) -> ApiError {
    ApiError::MethodNotAllowed { method: method.to_string() }
}
