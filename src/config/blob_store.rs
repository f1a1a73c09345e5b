//! Where contents are kept that several hosts have in common, instead of in their database.

use serde::Deserialize;

use super::{ConfigError, ranges};

const MIB: usize = 1 << 20;

/// How an object store is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BlobStore {
    /// Seconds until a connection must be there.
    pub connect_s: u32,
    /// Seconds for one request and its answer, of at most `part_bytes`.
    pub timeout_s: u32,
    /// Seconds for which a request that failed is tried again before whoever needs it is told.
    pub retry_s: u32,
    /// Seconds for which the end of a run, or its start, waits for a store that does not answer.
    pub wait_s: u32,
    /// A content with fewer bytes is written in one request, another one in parts of so many.
    pub part_bytes: usize,
    /// Contents that are written or read at once; each holds a part in memory.
    pub parallel: usize,
}

impl Default for BlobStore {
    fn default() -> Self {
        Self {
            connect_s: 5,
            timeout_s: 30,
            retry_s: 5,
            wait_s: 60,
            part_bytes: 8 * MIB,
            parallel: 8,
        }
    }
}

impl BlobStore {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ranges::check("blob_store", self.each())
    }

    fn each(&self) -> [(&'static str, u64, u64, u64); 6] {
        // Stores take no smaller parts but the last one, and no more than 10,000 of them.
        let part = (5 * MIB as u64, 512 * MIB as u64);
        [
            ("connect_s", self.connect_s.into(), 1, 60),
            ("timeout_s", self.timeout_s.into(), 1, 600),
            ("retry_s", self.retry_s.into(), 1, 240),
            ("wait_s", self.wait_s.into(), 1, 3600),
            ("part_bytes", self.part_bytes as u64, part.0, part.1),
            ("parallel", self.parallel as u64, 1, 64),
        ]
    }
}

/// Whether a place can be one of an object store.
pub(super) fn check_place(place: &str, database: Option<&str>) -> Result<(), ConfigError> {
    let refuse = |words: &str| Err(ConfigError::Blobs(place.to_owned(), words.to_owned()));
    if let Some(bucket) = place.strip_prefix("s3://") {
        if bucket.is_empty() || bucket.starts_with('/') {
            return refuse("it names no bucket; write s3://bucket or s3://bucket/prefix");
        }
    } else if !place.strip_prefix("file://").unwrap_or(place).starts_with('/') {
        return refuse("write s3://bucket/prefix, or the absolute path of a folder");
    }
    if database.is_none() {
        return refuse(
            "with SQLite one host keeps all contents in its data directory; it is for hosts that share a PostgreSQL \
             database, named with --database",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let chosen: BlobStore = toml::from_str(text).unwrap();
        chosen.check().err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn every_limit_is_taken_at_its_edges_and_refused_beyond_them() {
        for (name, _, least, most) in BlobStore::default().each() {
            for value in [least, most] {
                assert_eq!(told(&format!("{name} = {value}\n")), "", "{name} = {value}");
            }
            for value in [least - 1, most + 1] {
                let words = format!("blob_store.{name} = {value}: must be from {least} to {most}");
                assert!(told(&format!("{name} = {value}\n")).contains(&words), "{words}");
            }
        }
        assert_eq!(told(""), "");
    }

    #[test]
    fn a_place_is_a_bucket_or_a_folder_of_hosts_that_share_a_database() {
        let database = Some("postgres://db/proctor");
        for good in ["s3://bucket", "s3://bucket/a/b", "/mnt/blobs", "file:///mnt/blobs"] {
            assert!(check_place(good, database).is_ok(), "{good}");
            assert!(check_place(good, None).is_err(), "{good} with SQLite");
        }
        for bad in ["", "s3://", "s3:///prefix", "blobs", "gs://bucket", "file://blobs"] {
            assert!(check_place(bad, database).is_err(), "{bad}");
        }
    }
}
