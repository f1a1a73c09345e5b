//! Whether a run may start as a fork of a warm interpreter.

use std::collections::BTreeMap;

use super::Interpreter;
use super::supervisor::Start;
use crate::domain::run::StartWish;

/// Variables that act when an interpreter starts or when a library is loaded, so a fork would not heed them.
const AT_START: [&str; 5] =
    ["HOME", "LANG", "OPENSSL_CONF", "GLIBC_TUNABLES", "PYTEST_DISABLE_PLUGIN_AUTOLOAD"];
/// The same by their beginning.
const AT_START_PREFIXES: [&str; 10] = [
    "PYTHON",
    "LD_",
    "LC_",
    "OMP_",
    "OPENBLAS_",
    "MKL_",
    "MALLOC_",
    "NUMEXPR_",
    "COVERAGE_",
    "COV_CORE_",
];

/// How the interpreter of a run is to start. `base` is the environment of the warm interpreter, `variables` that of the
/// run.
pub fn start(
    interpreter: &Interpreter,
    wish: Option<StartWish>,
    base: &BTreeMap<String, String>,
    variables: &BTreeMap<String, String>,
) -> Start {
    if wish == Some(StartWish::Cold) {
        return Start::Cold("the run asks for it".into());
    }
    if !interpreter.warm {
        return Start::Cold("warm interpreters are switched off in the configuration".into());
    }
    let names = base.keys().chain(variables.keys());
    let changed = names.filter(|name| base.get(*name) != variables.get(*name));
    match changed.into_iter().find(|name| acts_at_start(name)) {
        Some(name) => Start::Cold(format!("the variable {name} acts when an interpreter starts")),
        None if wish == Some(StartWish::Warm) => Start::Warm,
        None => Start::Auto,
    }
}

fn acts_at_start(name: &str) -> bool {
    AT_START.contains(&name) || AT_START_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}
