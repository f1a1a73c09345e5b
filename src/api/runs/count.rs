//! How many tests a run would have, from what was collected before. Nothing is executed to find out.

use std::collections::HashMap;
use std::sync::Arc;

use crate::api::AppState;
use crate::api::blocking::blocking;
use crate::api::problem::ApiError;
use crate::catalog::{CatalogError, Selected, Selection};
use crate::domain::NewRun;
use crate::domain::times::{FileTimes, is_in, split_nodeid};
use crate::store::{cases, times};
use crate::wire::Case;

/// What is known of the tests of a run.
#[derive(Debug, Default)]
pub struct Count {
    /// Unknown when it is unknown of one of the files.
    pub tests: Option<usize>,
    pub files: Option<usize>,
    /// What there is to say about it, in words.
    pub note: Option<String>,
}

pub async fn count(state: &AppState, run: &NewRun) -> Result<Count, ApiError> {
    let (selection, keys) = look(state, run.targets.clone()).await?;
    let files = match selection {
        Selection::Files(files) => files,
        other => return Ok(Count { note: Some(unknown(&other).to_owned()), ..Count::default() }),
    };
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut collected = HashMap::new();
    for list in cases::known_of(&state.ctx.db, &paths).await? {
        if keys.get(&list.path) == Some(&list.content_key) {
            collected.insert(list.path.clone(), list);
        }
    }
    let seen = times::of_files(&state.ctx.db, &paths).await?;
    let mut sum = Sum::default();
    for file in &files {
        let path = file.path.as_str();
        match (collected.get(path), seen.get(path)) {
            (Some(list), _) if list.error.is_some() => sum.broken.push(path.to_owned()),
            (Some(list), _) => {
                let items: Vec<Case> =
                    serde_json::from_str(&list.items).map_err(ApiError::internal)?;
                let tests = items.iter().filter_map(|case| split_nodeid(&case.nodeid).1);
                sum.add(file, &tests.collect::<Vec<_>>());
            }
            (None, Some(times)) if is_enough(times, file) => {
                sum.earlier += 1;
                sum.add(file, &times.tests.keys().map(String::as_str).collect::<Vec<_>>());
            }
            (None, _) => sum.unknown += 1,
        }
    }
    Ok(sum.told(files.len(), run.options.keyword.is_some() || run.options.markers.is_some()))
}

/// The files, and the keys of what can be collected from them as they are now.
async fn look(
    state: &AppState,
    targets: Vec<String>,
) -> Result<(Selection, HashMap<String, String>), ApiError> {
    let catalog = Arc::clone(&state.catalog);
    blocking(move || {
        let selection = catalog.selected(&targets);
        let mut keys = HashMap::new();
        if let Selection::Files(files) = &selection {
            for file in files {
                // One that is gone by now is simply not counted.
                if let Ok(key) = catalog.cases_key(&file.path) {
                    keys.insert(file.path.to_string(), key.to_string());
                }
            }
        }
        Ok::<_, CatalogError>((selection, keys))
    })
    .await
}

fn unknown(selection: &Selection) -> &'static str {
    match selection {
        Selection::TooMany => "not counted: these are more files than are looked at before a run",
        Selection::Configured => {
            "not counted: the configuration of pytest says which files of a directory are tests"
        }
        Selection::Gone | Selection::Files(_) => {
            "not counted: something of it has just been changed; look again"
        }
    }
}

/// Whether earlier runs have seen all that is selected of a file.
fn is_enough(times: &FileTimes, file: &Selected) -> bool {
    times.of(file.nodes.as_deref()).is_some()
}

#[derive(Default)]
struct Sum {
    tests: usize,
    /// Files counted as of an earlier run.
    earlier: usize,
    unknown: usize,
    /// Files that cannot be collected.
    broken: Vec<String>,
    /// Targets that no test of their file has.
    missing: Vec<String>,
}

impl Sum {
    /// `tests`: all of the file, or at least those that are selected, by what stands behind the path.
    fn add(&mut self, file: &Selected, tests: &[&str]) {
        let Some(nodes) = &file.nodes else {
            self.tests += tests.len();
            return;
        };
        let is_selected = |test: &&&str| nodes.iter().any(|node| is_in(test, node));
        self.tests += tests.iter().filter(is_selected).count();
        let is_missing = |node: &&String| !tests.iter().any(|test| is_in(test, node));
        let missing = nodes.iter().filter(is_missing);
        self.missing.extend(missing.map(|node| format!("{}::{node}", file.path)));
    }

    fn told(self, files: usize, is_filtered: bool) -> Count {
        let of_files = |count: usize| match (count, files) {
            (1, 1) => "the file".to_owned(),
            _ => format!("{count} of {files} files"),
        };
        let mut notes = Vec::new();
        if self.unknown > 0 {
            notes.push(format!("not counted: {} not collected yet", of_files(self.unknown)));
        } else if self.earlier > 0 {
            notes.push(format!(
                "as in an earlier run: {} not collected since",
                of_files(self.earlier)
            ));
        }
        if let Some(first) = self.broken.first() {
            notes.push(format!("{first} cannot be collected{}", and_more(&self.broken)));
        }
        if let Some(first) = self.missing.first() {
            notes.push(format!("there is no {first}{}", and_more(&self.missing)));
        }
        if is_filtered {
            notes.push("keyword and markers choose among them".to_owned());
        }
        Count {
            tests: (self.unknown == 0).then_some(self.tests),
            files: Some(files),
            note: (!notes.is_empty()).then(|| notes.join("; ")),
        }
    }
}

fn and_more(named: &[String]) -> String {
    match named.len() {
        0 | 1 => String::new(),
        count => format!(", and {} more", count - 1),
    }
}
