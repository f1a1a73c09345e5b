//! Targets in a body: read, joined, and found below the tests root.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use crate::api::AppState;
use crate::api::blocking::blocking;
use crate::api::body::{Fields, Mistakes, text};
use crate::api::problem::ApiError;
use crate::catalog::{Catalog, CatalogError, Kind, Target};
use crate::domain::run::Source;

/// A target as somebody wrote it.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub text: String,
    /// Where a mistake in it is told.
    pub pointer: String,
    /// What it is part of, when it does not stand in the body itself.
    pub part_of: Option<String>,
}

/// What the targets are: their normal form, each once, and the content of the files that they name.
#[derive(Debug, Default)]
pub struct Found {
    pub targets: Vec<String>,
    pub sources: Vec<Source>,
}

/// The texts below `/targets`.
pub fn read(fields: &mut Fields, limit: usize, mistakes: &mut Mistakes) -> Vec<Wanted> {
    let list = fields.list("targets", mistakes).unwrap_or_default();
    let pointer = fields.pointer("targets");
    if list.len() > limit {
        mistakes.at(&pointer, format!("{} targets, the limit is {limit}", list.len()));
        return Vec::new();
    }
    let texts = list.iter().enumerate().filter_map(|(index, one)| {
        let pointer = format!("{pointer}/{index}");
        let text = text(one, &pointer, mistakes)?.to_owned();
        Some(Wanted { text, pointer, part_of: None })
    });
    texts.collect()
}

/// Whether there is nothing below `/targets`, not even a mistake.
pub fn are_absent(fields: &mut Fields) -> bool {
    match fields.take("targets") {
        None => true,
        Some(Value::Array(list)) => list.is_empty(),
        Some(_) => false,
    }
}

/// Finds the targets below the tests root; those that cannot be run are mistakes. At most `limit` different ones.
pub async fn find(
    state: &AppState,
    wanted: Vec<Wanted>,
    limit: usize,
    mistakes: &mut Mistakes,
) -> Result<Found, ApiError> {
    let mut seen = HashSet::new();
    let mut parsed = Vec::with_capacity(wanted.len());
    for one in wanted {
        match Target::parse(&one.text) {
            Ok(target) if seen.insert(target.clone()) => parsed.push((one, target)),
            Ok(_) => {}
            Err(refused) => one.is_mistaken(&refused, mistakes),
        }
    }
    if parsed.len() > limit {
        let words = format!("{} targets in all, the limit is {limit}", parsed.len());
        mistakes.at("/targets", words);
        return Ok(Found::default());
    }
    let catalog = Arc::clone(&state.catalog);
    let looked_up = blocking(move || {
        let look = |(one, target)| {
            let source = look_up(&catalog, &target);
            (one, target, source)
        };
        Ok::<Vec<(Wanted, Target, _)>, ApiError>(parsed.into_iter().map(look).collect())
    });
    let mut found = Found::default();
    let mut paths = HashSet::new();
    for (one, target, source) in looked_up.await? {
        match source {
            Ok(source) => {
                found.targets.push(target.to_string());
                found.sources.extend(source.filter(|source| paths.insert(source.path.clone())));
            }
            Err(fault @ (CatalogError::Root { .. } | CatalogError::Io { .. })) => {
                return Err(fault.into());
            }
            Err(refused) => one.is_mistaken(&refused, mistakes),
        }
    }
    Ok(found)
}

impl Wanted {
    fn is_mistaken(&self, refused: &CatalogError, mistakes: &mut Mistakes) {
        let detail = match &self.part_of {
            None => refused.to_string(),
            Some(owner) => format!("{owner}: {refused}"),
        };
        mistakes.at(&self.pointer, detail);
    }
}

/// The file that a target names, unless it is a directory.
fn look_up(catalog: &Catalog, target: &Target) -> Result<Option<Source>, CatalogError> {
    match catalog.resolve(target)? {
        Kind::Directory => Ok(None),
        Kind::File | Kind::Node => {
            let sha256 = catalog.content_hash(target.path())?.to_string();
            Ok(Some(Source { path: target.path().to_string(), sha256 }))
        }
    }
}
