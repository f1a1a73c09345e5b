//! One attempt: a POST that follows no redirect and goes to no private address by itself.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2_11::Sha256;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use super::address::is_public;
use crate::config::Webhook;

/// What is sent, and whom to.
#[derive(Debug)]
pub struct Letter {
    pub webhook: Webhook,
    pub delivery: i64,
    pub body: String,
    /// When it is sent, in seconds since the Unix epoch.
    pub at_s: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("{0}")]
    Http(#[from] ureq::Error),
    #[error("it answered {0}, not 2xx; redirects are not followed")]
    Refused(u16),
}

/// Sends it, and waits for the answer.
pub fn send(letter: &Letter) -> Result<(), SendError> {
    let webhook = &letter.webhook;
    let config = Config::builder()
        .timeout_global(Some(Duration::from_secs(webhook.timeout_s.into())))
        .max_redirects(0)
        .http_status_as_error(false)
        // A proxy of the environment would look names up itself.
        .proxy(None)
        .build();
    let resolver =
        Guarded { allow_private: webhook.allow_private, inner: DefaultResolver::default() };
    let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
    let mut request = agent
        .post(&webhook.url)
        .header("content-type", "application/json")
        .header("user-agent", concat!("proctor/", env!("CARGO_PKG_VERSION")))
        .header("x-proctor-event", "run.finished")
        .header("x-proctor-delivery", letter.delivery.to_string());
    if let Some(secret) = &webhook.secret {
        let signature = signature(secret, letter.at_s, &letter.body);
        request = request.header("x-proctor-signature", signature);
    }
    let status = request.send(&letter.body)?.status();
    if status.is_success() { Ok(()) } else { Err(SendError::Refused(status.as_u16())) }
}

/// `t=<seconds>,v1=<hexadecimal HMAC-SHA256 of "<seconds>.<body>">`: the time is signed too, so that an old message
/// cannot pass for a new one.
fn signature(secret: &str, at_s: i64, body: &str) -> String {
    let mut text = format!("t={at_s},v1=");
    // A key of any length is one.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        mac.update(format!("{at_s}.{body}").as_bytes());
        for byte in mac.finalize().into_bytes() {
            let _ = write!(text, "{byte:02x}");
        }
    }
    text
}

/// Looks names up, and keeps what may be gone to: the connection is made to what was looked at.
#[derive(Debug)]
struct Guarded {
    allow_private: bool,
    inner: DefaultResolver,
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        if self.allow_private {
            return Ok(found);
        }
        let mut public = self.empty();
        found.iter().filter(|address| is_public(address.ip())).for_each(|one| public.push(*one));
        if public.is_empty() {
            let words = "it is in a private network; allow that with allow_private = true";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, words).into());
        }
        Ok(public)
    }
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn a_signature_is_what_others_compute() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef
        assert_eq!(
            signature("0123456789abcdef", 1_700_000_000, "{\"a\":1}"),
            "t=1700000000,v1=9eb18f493f8ec135d9eb2dad817c369bb4e9cbfa818657897a7437c1cd8c3a23"
        );
    }
}
