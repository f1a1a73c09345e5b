//! Why a content cannot be kept or had, in words for people. What goes wrong inside is in the log.

use std::io;

use crate::store;

#[derive(Debug, thiserror::Error)]
pub enum DepotError {
    #[error("the database does not answer in time; try again in a moment")]
    Database(#[source] store::Error),
    #[error("the object store {place} does not answer; try again in a moment")]
    Away {
        place: String,
        #[source]
        source: object_store::Error,
    },
    #[error(
        "the object store {place} refuses this server; its operator has to correct the credentials, or their rights"
    )]
    Refused {
        place: String,
        #[source]
        source: object_store::Error,
    },
    #[error(
        "the certificate of the object store {place} is not believed here; its operator has to correct it, or to name \
         who has signed it with AWS_CA_BUNDLE"
    )]
    Certificate {
        place: String,
        #[source]
        source: object_store::Error,
    },
    #[error(
        "there is no bucket or folder {place}; its operator has to make it, or to correct --blobs"
    )]
    NoBucket {
        place: String,
        #[source]
        source: object_store::Error,
    },
    #[error(
        "the object store {place} is not the one of this installation ({what}); its operator has to correct --blobs"
    )]
    Foreign { place: String, what: &'static str },
    #[error("content {sha256} is not in {place} any more, where it was kept as {name}")]
    Missing { sha256: String, place: String, name: String },
    #[error("content {sha256} is damaged in {place}: {what}")]
    Damaged { sha256: String, place: String, what: String },
    #[error(
        "content {sha256} is kept in an object store; start this server with --blobs, as the others"
    )]
    NoStore { sha256: String },
    #[error("{0}")]
    Setting(String),
}

impl DepotError {
    /// Of the database; only what may pass is told in other words.
    #[must_use]
    pub fn of_store(error: store::Error) -> io::Error {
        if error.is_passing() {
            Self::Database(error).into()
        } else if error.is_disk_full() {
            io::Error::new(io::ErrorKind::StorageFull, error)
        } else {
            io::Error::other(error)
        }
    }

    /// Whether the same may succeed later, without anybody asking for something else.
    fn may_pass(&self) -> bool {
        !matches!(
            self,
            Self::Missing { .. } | Self::Damaged { .. } | Self::NoStore { .. } | Self::Setting(_)
        )
    }

    /// The words for people of an error that came from here.
    #[must_use]
    pub fn within(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

/// Whoever answers a request says by the kind whether it may succeed in a moment.
impl From<DepotError> for io::Error {
    fn from(error: DepotError) -> Self {
        let passes = error.may_pass();
        Self::new(
            if passes { io::ErrorKind::NetworkDown } else { io::ErrorKind::InvalidData },
            error,
        )
    }
}
