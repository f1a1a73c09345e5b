//! What a person selects: a file, a directory, or a single test by its nodeid.

use std::fmt;

use super::path::{TestPath, check_text};
use super::suggest::suggest;
use super::{Catalog, CatalogError};

/// A selection in its normal form: a path below the tests root and, for a part of a file, the rest of the nodeid.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    path: TestPath,
    node: Option<String>,
}

/// What a target turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Directory,
    File,
    /// Something within a file: a class, a test, a test with parameters. Whether it exists only pytest can say.
    Node,
}

impl Target {
    /// Looks at the text alone; [`Catalog::resolve`] looks at the files.
    ///
    /// # Errors
    /// Says what is wrong with `text`, in words for whoever typed it.
    pub fn parse(text: &str) -> Result<Self, CatalogError> {
        check_text(text)?;
        // As pytest does it: parameters begin at the first "[", and "::" within them separates nothing.
        let names = text.split('[').next().unwrap_or(text);
        let Some(separator) = names.find("::") else {
            if names.len() < text.len() {
                return Err(CatalogError::Bracket { path: text.to_owned() });
            }
            return Ok(Self { path: TestPath::parse(text)?, node: None });
        };
        let path = TestPath::parse(&text[..separator])?;
        let node = &text[separator + 2..];
        if names[separator + 2..].split("::").any(str::is_empty) {
            return Err(CatalogError::EmptyNode { target: text.to_owned() });
        }
        Ok(Self { path, node: Some(node.to_owned()) })
    }

    #[must_use]
    pub fn path(&self) -> &TestPath {
        &self.path
    }

    /// The part of the nodeid behind the first `::`.
    #[must_use]
    pub fn node(&self) -> Option<&str> {
        self.node.as_deref()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.node {
            Some(node) => write!(formatter, "{}::{node}", self.path),
            None => write!(formatter, "{}", self.path),
        }
    }
}

impl Catalog {
    /// Finds out what `target` is.
    ///
    /// # Errors
    /// When it does not exist (with the nearest name that does), leads out of the tests root, is no Python file, or names
    /// a test in a directory.
    pub fn resolve(&self, target: &Target) -> Result<Kind, CatalogError> {
        let path = target.path();
        let entry = self.root.look(path).map_err(|error| match error {
            CatalogError::NotFound { path: name, .. } => {
                CatalogError::NotFound { path: name, suggestion: suggest(&self.root, path) }
            }
            other => other,
        })?;
        let name = path.to_string();
        match target.node() {
            Some(_) if entry.is_directory() => Err(CatalogError::NodeOfDirectory { path: name }),
            None if entry.is_directory() => Ok(Kind::Directory),
            _ if !entry.is_file() => Err(CatalogError::NotAFile { path: name }),
            _ if !is_python(path) => Err(CatalogError::NotPython { path: name }),
            Some(_) => Ok(Kind::Node),
            None => Ok(Kind::File),
        }
    }
}

fn is_python(path: &TestPath) -> bool {
    path.name().strip_suffix(".py").is_some_and(|stem| !stem.is_empty())
}
