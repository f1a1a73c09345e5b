//! Finds the object store that the operator has named: `s3://bucket/prefix`, or a folder.

use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ObjectStore, RetryConfig};
use ureq::tls::{PemItem, RootCerts, parse_pem};

use super::DepotError;
use super::http::Connector;
use crate::config::BlobStore;

/// A file with certificates of authorities, as other programs for S3 read it.
const AUTHORITIES: &str = "AWS_CA_BUNDLE";

/// The object store at `place`; nothing is asked of it yet.
///
/// # Errors
/// When the place, or a variable that says how to get there, makes no sense.
pub fn connect(
    place: &str,
    settings: &BlobStore,
    variables: &[(String, String)],
) -> Result<Arc<dyn ObjectStore>, DepotError> {
    let refused = |error: object_store::Error| {
        DepotError::Setting(format!("cannot use the object store {place}: {error}"))
    };
    let Some(bucket) = place.strip_prefix("s3://") else {
        let folder = place.strip_prefix("file://").unwrap_or(place);
        return folder_at(folder).map_err(refused);
    };
    let (bucket, prefix) = bucket.split_once('/').unwrap_or((bucket, ""));
    let store = s3_as_said(variables)
        .with_bucket_name(bucket)
        .with_http_connector(connector(settings, variables)?)
        .with_retry(retries(settings))
        .build()
        .map_err(refused)?;
    let prefix = Path::parse(prefix).map_err(|error| refused(error.into()))?;
    Ok(Arc::new(PrefixStore::new(store, prefix)))
}

/// One that is there: a disk that is not mounted must not be taken for an empty one.
fn folder_at(folder: &str) -> object_store::Result<Arc<dyn ObjectStore>> {
    let store = LocalFileSystem::new_with_prefix(FilePath::new(folder))?;
    Ok(Arc::new(store.with_fsync(true)))
}

/// Where it is and who asks, as other programs for S3 are told.
fn s3_as_said(variables: &[(String, String)]) -> AmazonS3Builder {
    let said = variables.iter().filter(|(name, _)| name.starts_with("AWS_"));
    said.fold(AmazonS3Builder::new(), |builder, (name, value)| {
        match name.to_ascii_lowercase().parse() {
            Ok(key) => builder.with_config(key, value),
            Err(_) => builder,
        }
    })
}

fn connector(
    settings: &BlobStore,
    variables: &[(String, String)],
) -> Result<Connector, DepotError> {
    let file = variables.iter().find(|(name, _)| name == AUTHORITIES);
    let roots = file.map(|(_, file)| authorities(FilePath::new(file))).transpose()?;
    Ok(Connector {
        connect: Duration::from_secs(settings.connect_s.into()),
        timeout: Duration::from_secs(settings.timeout_s.into()),
        most: settings.part_bytes as u64,
        connections: settings.parallel,
        roots,
    })
}

fn retries(settings: &BlobStore) -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig { max_backoff: Duration::from_secs(2), ..BackoffConfig::default() },
        retry_timeout: Duration::from_secs(settings.retry_s.into()),
        ..RetryConfig::default()
    }
}

fn authorities(file: &FilePath) -> Result<RootCerts, DepotError> {
    let refused = |why: String| {
        DepotError::Setting(format!("cannot use {AUTHORITIES}, {}: {why}", file.display()))
    };
    let text = std::fs::read(file).map_err(|error| refused(error.to_string()))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&text) {
        if let PemItem::Certificate(one) = item.map_err(|error| refused(error.to_string()))? {
            certificates.push(one);
        }
    }
    if certificates.is_empty() {
        return Err(refused("there is no certificate in it".to_owned()));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}
