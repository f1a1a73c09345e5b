//! The web application, which is inside the binary.

use std::fs::File;
use std::io::Read;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use super::problem::ApiError;

/// What `npm run build` makes of `web/`, with a `.br` and a `.gz` beside what compresses well.
#[derive(Embed)]
#[folder = "web/dist/"]
#[exclude = ".gitkeep"]
struct Dist;

/// Their names change with their content.
const ASSETS: &str = "assets/";
const PAGE: &str = "index.html";
/// In the page, where the nonce of its styles belongs.
const NONCE_MARK: &str = "__CSP_NONCE__";
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A file of the web application, or its page: which view an address means, it decides itself.
pub fn serve(path: &str, asked: &HeaderMap) -> Result<Response, ApiError> {
    let path = path.trim_start_matches('/');
    if path.is_empty() || path == PAGE {
        return page();
    }
    match file(path, asked) {
        Some(response) => Ok(response),
        None if path.starts_with(ASSETS) => Err(ApiError::NotFound(format!(
            "there is no {path:?}; reload the page if it is an old one"
        ))),
        None => page(),
    }
}

fn file(path: &str, asked: &HeaderMap) -> Option<Response> {
    let plain = Dist::get(path)?;
    let tag = tag(&plain);
    let mut response = if is_known(asked, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        compressed(path, plain, asked)
    };
    let headers = response.headers_mut();
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind =
        if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
    insert(headers, header::CONTENT_TYPE, &kind);
    insert(headers, header::ETAG, &tag);
    insert(headers, header::VARY, "accept-encoding");
    insert(
        headers,
        header::CACHE_CONTROL,
        if path.starts_with(ASSETS) { FOR_EVER } else { "no-cache" },
    );
    Some(response)
}

/// The smallest form that the browser understands.
fn compressed(path: &str, plain: EmbeddedFile, asked: &HeaderMap) -> Response {
    for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
        if accepts(asked, encoding)
            && let Some(smaller) = Dist::get(&format!("{path}.{ending}"))
        {
            let mut response = body(smaller);
            insert(response.headers_mut(), header::CONTENT_ENCODING, encoding);
            return response;
        }
    }
    body(plain)
}

fn body(file: EmbeddedFile) -> Response {
    let bytes = match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    Response::new(Body::from(bytes))
}

fn accepts(asked: &HeaderMap, encoding: &str) -> bool {
    let lists = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        parts.next() == Some(encoding)
            && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn tag(file: &EmbeddedFile) -> String {
    let [first, second, third, fourth, ..] = file.metadata.sha256_hash();
    let short = u32::from_be_bytes([first, second, third, fourth]);
    // Weak: the compressed forms share it.
    format!("W/\"{short:08x}-{}\"", file.data.len())
}

fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let lists = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|one| one.trim() == tag)
}

/// The page, with a nonce that is good for this one answer.
fn page() -> Result<Response, ApiError> {
    let Some(page) = Dist::get(PAGE) else { return Ok(not_built()) };
    let nonce = nonce().map_err(ApiError::internal)?;
    let page = String::from_utf8_lossy(&page.data).replace(NONCE_MARK, &nonce);
    let mut response = axum::response::Html(page).into_response();
    let policy = format!(
        "default-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; worker-src 'self'; \
         object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    );
    insert(response.headers_mut(), header::CONTENT_SECURITY_POLICY, &policy);
    Ok(response)
}

fn nonce() -> std::io::Result<String> {
    let mut random = [0_u8; 16];
    File::open("/dev/urandom")?.read_exact(&mut random)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(random)))
}

fn not_built() -> Response {
    let words = "The web application is not in this build. `make build` builds it and then the server with it inside.\n\
                 The REST service works: /api/docs\n";
    (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], words).into_response()
}

fn insert(headers: &mut HeaderMap, name: header::HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_counts_only_when_it_is_wanted() {
        let asked = |text: &'static str| {
            HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))])
        };
        assert!(accepts(&asked("gzip, deflate, br;q=0.5"), "br"));
        assert!(!accepts(&asked("gzip, br;q=0"), "br"));
        assert!(!accepts(&asked("identity"), "gzip") && !accepts(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn no_two_pages_share_a_nonce() {
        let nonces = (nonce().unwrap(), nonce().unwrap());
        assert_ne!(nonces.0, nonces.1);
        assert_eq!(nonces.0.len(), 32);
    }
}
