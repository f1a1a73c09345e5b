//! What the test cases of a file depend on, so that a collected list can be kept until one of them changes.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{Catalog, CatalogError, TestPath};

/// Files above a test file that change what pytest collects from it.
const COLLECTION_FILES: [&str; 8] = [
    "requirements.txt",
    "conftest.py",
    "__init__.py",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
];

/// Equal keys: the same file at the same place under the same configuration. The interpreter and what is installed in it
/// are not part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CasesKey(String);

impl fmt::Display for CasesKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Catalog {
    /// The key for the test cases of the file at `path`.
    ///
    /// # Errors
    /// When `path` does not exist, is no regular file or leads out of the tests root.
    pub fn cases_key(&self, path: &TestPath) -> Result<CasesKey, CatalogError> {
        let mut hasher = Sha256::new();
        self.add_file(&mut hasher, path)?;
        for directory in path.ancestors() {
            for name in COLLECTION_FILES {
                match self.add_file(&mut hasher, &directory.join(name)) {
                    Ok(()) | Err(CatalogError::NotFound { .. } | CatalogError::NotAFile { .. }) => {
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        let digest: [u8; 32] = hasher.finalize().into();
        Ok(CasesKey(super::hash::hexadecimal(&digest)))
    }

    fn add_file(&self, hasher: &mut Sha256, path: &TestPath) -> Result<(), CatalogError> {
        let content = self.content_hash(path)?;
        hasher.update(path.as_str());
        hasher.update(b"\0");
        hasher.update(content.as_bytes());
        Ok(())
    }
}
