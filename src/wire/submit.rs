//! What somebody asks for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain;

/// A run to be made. At least one target, plan, or template that has some is needed.
///
/// Its targets are joined in this order, each once: those of the template's plans, of `plans`, of the template, and
/// `targets`. Its options are `options`, and where they say nothing the template's. Its tests see the variables of the
/// environment, of the template and `variables`, of which the later win, and the parameters. All of that is settled when
/// the run is asked for: later changes of plans and templates change no run that exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "requester": "ann",
    "environment": 7,
    "targets": ["checkout/test_cart.py", "login/test_login.py::test_expired[de]"],
    "plans": [3],
    "template": "nightly",
    "parameters": {"INTERFACE": "SOAP"},
    "variables": {"CURRENCY": "EUR"},
    "options": {"max_failures": 1, "timeout_s": 600}
}))]
pub struct NewRun {
    /// User name.
    #[schema(min_length = 1, max_length = 128)]
    pub requester: String,
    pub environment: EnvironmentChoice,
    /// Files, directories or node ids, relative to the tests root; `.` is the whole tests root. The limit counts those of
    /// the plans and the template too.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub targets: Vec<String>,
    /// Numbers of test plans.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    pub plans: Vec<i64>,
    /// Name of a template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Choices for the parameters of the template; those left out have their defaults.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Environment variables of the tests, none of which has the name of a parameter. How many there may be with the
    /// template's, and how long a value may be, is in `GET /settings`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    #[serde(default)]
    pub options: RunOptions,
    /// Its length is counted in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4096)]
    pub note: Option<String>,
}

/// Where to run: the number of an environment, or any free one with all of these labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum EnvironmentChoice {
    Number(i64),
    Any { any: Labels },
}

/// Labels that an environment must have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    #[serde(default)]
    pub labels: Vec<String>,
}

/// How to run; every field is optional. There are no free-form pytest arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunOptions {
    /// Only tests that match this expression of names, as pytest's `-k`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "total and not slow", max_length = 4096)]
    pub keyword: Option<String>,
    /// Only tests that match this expression of markers, as pytest's `-m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4096)]
    pub markers: Option<String>,
    /// Stop after this many failures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub max_failures: Option<u32>,
    /// Wall-clock limit in seconds, at most a week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 604_800)]
    pub timeout_s: Option<u32>,
    /// How many more attempts a lost run gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 3)]
    pub retry_lost: Option<u32>,
    /// When the run fails, breaks or takes too long, its requester keeps the environment for so many minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1440)]
    pub keep_if_failed_minutes: Option<u32>,
    /// Other limits than the server's, up to its maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<RunLimits>,
    /// Name of an interpreter that the operator has configured; the server's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<String>,
    /// `auto`: a fork of a warm interpreter when one is ready; `warm`: the same, waiting for one that gets ready;
    /// `cold`: a new interpreter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "auto")]
    pub start: Option<String>,
    /// `machine`: the network of the machine, as when absent; `none`: the tests reach nothing but a loopback device of
    /// their own. A machine that grants no network namespaces refuses such a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "none")]
    pub network: Option<String>,
    /// Makes the run a leak hunt: its one test case is repeated in one process, and `GET /runs/{id}/leak` tells whether
    /// memory grows with it. The run needs exactly one target, a node id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leak: Option<LeakHunt>,
}

/// A leak hunt to be made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeakHunt {
    /// Repetitions that are measured, after some that warm up; 20 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 8, maximum = 1000, example = 20)]
    pub iterations: Option<u32>,
}

/// What the processes of a run together may use at most; what is left out is as the server's operator has set it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunLimits {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 33_554_432, example = 2_147_483_648_u64)]
    pub memory_bytes: Option<u64>,
    /// Processes and threads at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 4)]
    pub processes: Option<u32>,
    /// Hundredths of one processor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub cpu_percent: Option<u32>,
    /// Bytes of the log that are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 4096)]
    pub log_bytes: Option<u64>,
    /// Bytes of temporary files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 65_536)]
    pub tmp_bytes: Option<u64>,
}

/// How to run again what a run ran; every field is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rerun {
    /// Only the test cases that did not pass.
    #[serde(default)]
    pub failed_only: bool,
    /// Which files to run; `same` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub files: Option<RerunFiles>,
    /// Another environment than before, or any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<EnvironmentChoice>,
    /// Who asks; the requester of the first run when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub requester: Option<String>,
}

/// Which files to run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RerunFiles {
    /// The very bytes that the first run was asked for with.
    Same,
    /// What is below the tests root now.
    Today,
}

/// Who cancels; the body may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelRun {
    /// User name that the reason of the run will show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub requester: Option<String>,
}

impl From<domain::Options> for RunOptions {
    fn from(options: domain::Options) -> Self {
        Self {
            keyword: options.keyword,
            markers: options.markers,
            max_failures: options.max_failures,
            timeout_s: options.timeout_s,
            retry_lost: options.retry_lost,
            keep_if_failed_minutes: options.keep_if_failed_minutes,
            limits: (options.limits != domain::LimitWishes::default())
                .then(|| options.limits.into()),
            interpreter: options.interpreter,
            start: options.start.map(|start| start.as_str().to_owned()),
            network: options.network.map(|network| network.as_str().to_owned()),
            leak: options.leak.map(|leak| LeakHunt { iterations: Some(leak.iterations) }),
        }
    }
}

impl From<domain::LimitWishes> for RunLimits {
    fn from(wishes: domain::LimitWishes) -> Self {
        Self {
            memory_bytes: wishes.memory_bytes,
            processes: wishes.processes,
            cpu_percent: wishes.cpu_percent,
            log_bytes: wishes.log_bytes,
            tmp_bytes: wishes.tmp_bytes,
        }
    }
}
