//! What is executed for a run: interpreter, environment variables, request.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::isolation::sandbox;
use super::start::start;
use super::supervisor::{Launch, Recipe, Sandbox, Start};
use super::workspace::Workspace;
use super::{Probe, Settings};
use crate::actions::Claimed;
use crate::domain::Limits;
use crate::domain::run::{Network, StartWish};
use crate::logs::Secrets;

/// What is taken over from the worker's own environment; everything else stays away from tests, tokens first of all.
const INHERITED: [&str; 21] = [
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TERM",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "XDG_RUNTIME_DIR",
];

/// The interpreter and where it works.
#[derive(Debug, Clone)]
pub struct Interpreter {
    pub python: PathBuf,
    /// The script that starts runners.
    pub script: PathBuf,
    /// The tests root.
    pub tests: PathBuf,
    /// Whether warm ones are kept.
    pub warm: bool,
}

/// The process of a run.
pub fn launch(
    settings: &Settings,
    interpreter: &Interpreter,
    claimed: &Claimed,
    workspace: &Workspace,
    server: Option<&str>,
) -> Launch {
    let limits = settings.limits.with(&claimed.details.options.limits, &settings.maximum);
    let mut variables = base(interpreter);
    variables.insert("TMPDIR".into(), text(&workspace.scratch));
    for (name, variable) in &claimed.environment.variables {
        variables.insert(name.clone(), variable.value.clone());
    }
    variables.extend(claimed.details.variables.clone());
    variables.extend(claimed.details.parameters.clone());
    let run = &claimed.run;
    for (name, value) in [
        ("PROCTOR_RUN_ID", run.id.to_string()),
        ("PROCTOR_ENVIRONMENT_ID", run.environment.to_string()),
        ("PROCTOR_ENVIRONMENT_NAME", run.environment_name.clone()),
        ("PROCTOR_REQUESTER", run.requester.clone()),
        ("PROCTOR_EPOCH", claimed.lease.epoch.to_string()),
        ("PROCTOR_ARTIFACTS", text(&workspace.artifacts)),
    ] {
        variables.insert(name.into(), value);
    }
    if let Some(server) = server {
        variables.entry("PROCTOR_SERVER".into()).or_insert_with(|| server.to_owned());
    }
    let own = [workspace.artifacts.clone()];
    let sandbox = sandbox(settings, interpreter, &limits, &workspace.scratch, &own);
    let options = &claimed.details.options;
    let mut launch = process(settings, interpreter, &variables, options.start, (limits, sandbox));
    launch.network = options.network.unwrap_or(claimed.environment.network);
    launch
}

/// What nobody may read in what the run shows: the secret variables of its environment.
pub fn secrets(claimed: &Claimed) -> Secrets {
    let secret = claimed.environment.variables.values().filter(|variable| variable.secret);
    Secrets::of(secret.map(|variable| variable.value.as_str()))
}

/// The process that collects the test cases of a file.
pub fn collection(settings: &Settings, interpreter: &Interpreter, scratch: &Path) -> Launch {
    let mut variables = base(interpreter);
    variables.insert("TMPDIR".into(), text(scratch));
    let sandbox = sandbox(settings, interpreter, &settings.limits, scratch, &[]);
    process(settings, interpreter, &variables, None, (settings.limits, sandbox))
}

/// A program that installs packages. What it executes is still to be said.
pub fn installation(
    settings: &Settings,
    interpreter: &Interpreter,
    limits: Limits,
    scratch: &Path,
    own: &[PathBuf],
) -> Launch {
    let mut variables = base(interpreter);
    let said = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    // Where the operator has packages from.
    variables.extend(said.filter(|(name, _)| name.starts_with("UV_")));
    for (name, value) in [
        ("TMPDIR", text(scratch)),
        ("UV_LINK_MODE", "copy".into()),
        ("UV_NO_CONFIG", "1".into()),
        ("UV_NO_PROGRESS", "1".into()),
        ("UV_PYTHON_DOWNLOADS", "never".into()),
    ] {
        variables.insert(name.into(), value);
    }
    let sandbox = sandbox(settings, interpreter, &limits, scratch, own);
    let mut launch = process(settings, interpreter, &variables, None, (limits, sandbox));
    launch.start = Start::Cold("it is no test".into());
    launch
}

/// The warm interpreter whose forks are the same as new ones.
pub fn recipe(interpreter: &Interpreter) -> Recipe {
    Recipe {
        arguments: vec![text(&interpreter.python), text(&interpreter.script), "zygote".into()],
        environment: pairs(&base(interpreter)),
    }
}

/// The process that compiles what `request` says, in the directory `to`: isolated from the directory that it works in.
pub fn compilation(settings: &Settings, scratch: &Path, to: &Path) -> Launch {
    let interpreter = &settings.interpreter;
    let mut variables = base(&settings.interpreter);
    variables.insert("TMPDIR".into(), text(scratch));
    let sandbox = sandbox(settings, interpreter, &settings.limits, scratch, &[to.to_owned()]);
    let mut launch = process(settings, interpreter, &variables, None, (settings.limits, sandbox));
    launch.start = Start::Cold("it is no test".into());
    // Nothing of the tests must be imported there, whatever its name.
    launch.arguments.insert(1, "-I".into());
    launch.arguments.push("compile".into());
    launch
}

/// A process that is no test, started as tests are.
pub fn probe(probe: &Probe<'_>, scratch: &Path) -> Launch {
    let Probe { settings, limits, .. } = *probe;
    let mut variables = base(&settings.interpreter);
    variables.insert("TMPDIR".into(), text(scratch));
    let sandbox = sandbox(settings, &settings.interpreter, &limits, scratch, &[]);
    let mut launch = process(settings, &settings.interpreter, &variables, None, (limits, sandbox));
    launch.start = Start::Cold("it is no test".into());
    launch.environment.extend(probe.variables.iter().cloned());
    let script = ["-I", "-c", probe.script].map(str::to_owned);
    launch.arguments.splice(1.., script.into_iter().chain(probe.arguments.iter().cloned()));
    launch
}

fn process(
    settings: &Settings,
    interpreter: &Interpreter,
    variables: &BTreeMap<String, String>,
    wish: Option<StartWish>,
    (limits, sandbox): (Limits, Sandbox),
) -> Launch {
    Launch {
        arguments: vec![text(&interpreter.python), text(&interpreter.script)],
        environment: pairs(variables),
        directory: text(&interpreter.tests),
        limits,
        start: start(interpreter, wish, &base(interpreter), variables),
        warm: recipe(interpreter),
        sandbox,
        confinement: settings.isolation.confinement.clone(),
        least_rung: settings.isolation.least_rung,
        network: Network::Machine,
        snapshot: None,
        notice: None,
    }
}

fn pairs(variables: &BTreeMap<String, String>) -> Vec<String> {
    variables.iter().map(|(name, value)| format!("{name}={value}")).collect()
}

fn base(interpreter: &Interpreter) -> BTreeMap<String, String> {
    let mut variables: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| INHERITED.contains(&name.as_str()) || name.starts_with("LC_"))
        .collect();
    // As in an activated virtual environment: `python` and the console scripts of its packages are found first.
    let path = std::env::var("PATH").unwrap_or_else(|_| "/usr/local/bin:/usr/bin:/bin".into());
    let path = match interpreter.python.parent() {
        Some(directory) => format!("{}:{path}", directory.display()),
        None => path,
    };
    variables.insert("PATH".into(), path);
    variables
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
