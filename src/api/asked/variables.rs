//! Which environment variables a run or a template may set.

use std::collections::BTreeMap;

use crate::api::Settings;
use crate::api::body::{Fields, Mistakes, escaped};

/// Variables whose names begin so change what an interpreter, a loader or git load and do before a test has a say.
const REFUSED_BEGINNINGS: [&str; 8] =
    ["LD_", "DYLD_", "PYTHON", "PYTEST_", "GIT_", "GLIBC_", "BASH_", "_PYTEST"];
const REFUSED_NAMES: [&str; 7] =
    ["PATH", "ENV", "IFS", "GCONV_PATH", "LOCPATH", "NLSPATH", "COVERAGE_PROCESS_START"];
/// These tell the tests about their run.
const OWN: &str = "PROCTOR_";
const LONGEST_NAME: usize = 256;

/// The variables of a body, each checked.
pub fn read(
    fields: &mut Fields,
    settings: &Settings,
    mistakes: &mut Mistakes,
) -> BTreeMap<String, String> {
    let variables = fields.texts("variables", mistakes);
    let limits = &settings.limits;
    if variables.len() > limits.variables {
        let words = format!("{} variables, the limit is {}", variables.len(), limits.variables);
        mistakes.at("/variables", words);
        return BTreeMap::new();
    }
    for (name, value) in &variables {
        let pointer = format!("/variables/{}", escaped(name));
        if let Some(words) = refused_name(name, &settings.allowed_variables) {
            mistakes.at(&pointer, words);
        }
        if value.len() > limits.variable {
            mistakes.at(
                &pointer,
                format!("has {} bytes, the limit is {}", value.len(), limits.variable),
            );
        }
    }
    variables
}

/// Why a name is refused.
pub fn refused_name(name: &str, allowed: &[String]) -> Option<String> {
    let is_name = !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name {
        return Some(
            "is no name of a variable: letters, digits and _ are, the first no digit".into(),
        );
    }
    if name.len() > LONGEST_NAME {
        return Some(format!(
            "the name has {} characters, the limit is {LONGEST_NAME}",
            name.len()
        ));
    }
    if name.starts_with(OWN) {
        return Some(format!("names that begin with {OWN} are set by Proctor itself"));
    }
    let changes_loading = REFUSED_NAMES.contains(&name)
        || REFUSED_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning));
    (changes_loading && !allowed.iter().any(|one| one == name)).then(|| {
        "changes how the interpreter or a program of the tests is loaded, so only the operator can allow it".into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_the_loading_is_refused_unless_the_operator_allows_it() {
        for name in [
            "LD_PRELOAD",
            "PYTHONPATH",
            "PYTEST_ADDOPTS",
            "GIT_SSH_COMMAND",
            "PATH",
            "PROCTOR_RUN_ID",
        ] {
            assert!(refused_name(name, &[]).is_some(), "{name}");
        }
        assert_eq!(refused_name("PYTHONHASHSEED", &["PYTHONHASHSEED".into()]), None);
        assert!(refused_name("PROCTOR_RUN_ID", &["PROCTOR_RUN_ID".into()]).is_some());
    }

    #[test]
    fn ordinary_names_pass_and_others_do_not() {
        for name in ["CURRENCY", "_x", "a1"] {
            assert_eq!(refused_name(name, &[]), None, "{name}");
        }
        for name in ["", "1a", "a-b", "a b", "a=b", "ü"] {
            assert!(refused_name(name, &[]).is_some(), "{name:?}");
        }
    }
}
