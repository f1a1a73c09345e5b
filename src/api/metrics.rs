//! `GET /metrics`: figures in the text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::blocking::blocking;
use super::health::alive;
use super::problem::{ApiError, Unavailable};
use crate::depot::{Depot, Figures, Objects, Operation};
use crate::domain::{Environment, EnvironmentState, Millis};
use crate::store::environments;
use crate::store::figures::{self, QueueFigures, Totals};
use crate::store::workers::Worker;

const HOUR_MS: i64 = 60 * 60 * 1000;
/// Pages that are a process's own, see proc_pid_smaps(5): what it shares with others is not in them.
const OWN_PAGES: [&str; 2] = ["Anonymous:", "Swap:"];

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(metrics))
}

/// Figures in the text format of Prometheus
///
/// Those whose names end in `_total` only grow; all others are gauges. Queues and outcomes that have nothing to tell are left out.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "health",
    responses(
        (
            status = 200, description = "Runs, queues, environments, workers, streams, database, memory", body = String,
            content_type = "text/plain"
        ),
        Unavailable
    )
)]
async fn metrics(State(state): State<AppState>) -> Result<Response, ApiError> {
    let db = &state.ctx.db;
    let asked = Instant::now();
    let environments = environments::without_queues(db).await?;
    let database = asked.elapsed();
    let now = state.ctx.clock.now();
    let mut page = Page::default();
    let queues = figures::queues(db).await?;
    page.about_runs(&environments, &queues);
    page.about_queues(&queues, now);
    let totals = figures::totals(db).await?;
    page.about_totals(&totals);
    if let Some(objects) = state.depot.as_ref().and_then(Depot::objects) {
        page.about_objects(objects, &totals);
    }
    page.about_outcomes(&figures::outcomes_since(db, Millis(now.0 - HOUR_MS)).await?);
    let workers = alive(&state).await?;
    page.about_workers(&workers);
    page.family("proctor_streams", "Open streams of this server.");
    page.value("", state.feed.streams());
    page.family(
        "proctor_database_seconds",
        "How long the database took to tell of the environments.",
    );
    page.value("", database.as_secs_f64());
    let home = state.settings.home.clone();
    let memory = blocking(move || Ok::<_, ApiError>(memories(&workers, &home))).await?;
    page.about_memory(&memory);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page.0)
        .into_response())
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn family(&mut self, name: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} gauge");
    }

    /// Of the family that was begun last, whose name is in its first line. `labels` with their braces.
    fn value(&mut self, labels: &str, value: impl Display) {
        let begun = self.0.rfind("# TYPE ").map_or(0, |at| at + "# TYPE ".len());
        let name = self.0[begun..].split(' ').next().unwrap_or_default().to_owned();
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    fn about_runs(&mut self, environments: &[Environment], queues: &[QueueFigures]) {
        let queued: i64 = queues.iter().map(|queue| queue.length).sum();
        let held = environments.iter().filter(|one| one.holder.is_some()).count();
        self.family("proctor_runs", "Runs that have not finished.");
        self.value("{state=\"queued\"}", queued);
        self.value("{state=\"running\"}", held);
        self.family("proctor_environments", "Environments by state.");
        for (name, state) in [
            ("free", EnvironmentState::Free),
            ("busy", EnvironmentState::Busy),
            ("reserved", EnvironmentState::Reserved),
            ("maintenance", EnvironmentState::Maintenance),
        ] {
            let count = environments.iter().filter(|one| one.state() == state).count();
            self.value(&format!("{{state=\"{name}\"}}"), count);
        }
    }

    fn about_queues(&mut self, queues: &[QueueFigures], now: Millis) {
        let mut named: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for queue in queues {
            let number = queue.environment.0;
            let name = if number < 0 { "any".to_owned() } else { number.to_string() };
            let (length, waited) = named.entry(name).or_default();
            *length += queue.length;
            *waited = (*waited).max(now.since(queue.oldest));
        }
        self.family("proctor_queue_length", "Queued runs by environment.");
        for (name, (length, _)) in &named {
            self.value(&format!("{{environment=\"{name}\"}}"), length);
        }
        self.family("proctor_queue_wait_seconds", "For how long the oldest queued run has waited.");
        for (name, (_, waited)) in &named {
            self.value(&format!("{{environment=\"{name}\"}}"), *waited as f64 / 1000.0);
        }
    }

    fn about_outcomes(&mut self, outcomes: &[(String, i64)]) {
        let help = "Runs asked for in the last hour that have ended, by outcome.";
        self.family("proctor_recent_runs", help);
        for (outcome, runs) in outcomes {
            self.value(&format!("{{outcome=\"{outcome}\"}}"), runs);
        }
    }

    /// They only grow, whatever is pruned or restarted.
    fn about_totals(&mut self, totals: &Totals) {
        for (name, help, value) in [
            ("claims", "Attempts that workers have begun.", totals.claims),
            (
                "lease_losses",
                "Attempts whose worker was lost, or did not answer in time.",
                totals.lost,
            ),
            (
                "refused_writes",
                "Records that came too late and were refused.",
                totals.refused_writes,
            ),
            ("log_bytes", "Bytes that runs have printed.", totals.log_bytes),
        ] {
            let _ = writeln!(
                self.0,
                "# HELP proctor_{name}_total {help}\n# TYPE proctor_{name}_total counter\nproctor_{name}_total {value}"
            );
        }
    }

    /// What this server asked of its object store since it was started, and what all workers did in their lives.
    fn about_objects(&mut self, objects: &Objects, totals: &Totals) {
        let of_workers = "process=\"workers\",operation=\"all\"".to_owned();
        let mut all: Vec<_> = Operation::ALL
            .into_iter()
            .map(|one| {
                let labels = format!("process=\"serve\",operation=\"{}\"", one.as_str());
                (labels, objects.figures(one))
            })
            .collect();
        let [count, errors, micros] = totals.objects.map(i64::unsigned_abs);
        let duration = Duration::from_micros(micros);
        all.push((of_workers, Figures { count, errors, duration }));
        let counters = |name, help, value: fn(&Figures) -> f64| {
            let name = format!("proctor_object_store_{name}_total");
            let values =
                all.iter().map(|(labels, one)| format!("{name}{{{labels}}} {}\n", value(one)));
            let values: String = values.collect();
            format!("# HELP {name} {help}\n# TYPE {name} counter\n{values}")
        };
        self.0 +=
            &counters("operations", "What was asked of the object store.", |one| one.count as f64);
        self.0 +=
            &counters("errors", "What of that failed, after all tries.", |one| one.errors as f64);
        self.0 += &counters("seconds", "How long all of that took together.", |one| {
            one.duration.as_secs_f64()
        });
    }

    fn about_workers(&mut self, workers: &[Worker]) {
        self.family("proctor_workers", "Workers that are alive.");
        self.value("", workers.len());
        self.family("proctor_slots", "Runs that the workers execute at once.");
        self.value("", workers.iter().map(|worker| worker.slots).sum::<i64>());
    }

    fn about_memory(&mut self, memory: &Memory) {
        self.family("process_resident_memory_bytes", "Resident memory of this server.");
        self.value("", memory.resident);
        let help = "Memory of each process of Proctor on this host that is its own: the one to watch for leaks.";
        self.family("proctor_own_memory_bytes", help);
        for (labels, bytes) in &memory.own {
            self.value(labels, bytes);
        }
    }
}

struct Memory {
    resident: u64,
    /// By labels.
    own: Vec<(String, u64)>,
}

/// Of this server, and of the workers beside it.
fn memories(workers: &[Worker], home: &str) -> Memory {
    let beside = workers.iter().filter(|worker| worker.home == home).map(|worker| {
        (format!("{{process=\"worker\",worker=\"{}\"}}", worker.id), worker.pid.to_string())
    });
    let all = std::iter::once(("{process=\"serve\"}".to_owned(), "self".to_owned())).chain(beside);
    Memory {
        resident: memory_of("self", &["Rss:"]).unwrap_or_default(),
        own: all.filter_map(|(labels, pid)| Some((labels, memory_of(&pid, &OWN_PAGES)?))).collect(),
    }
}

/// Sum of some lines of proc_pid_smaps(5), all mappings added up; `None` for a process that is gone or somebody else's.
fn memory_of(pid: &str, lines: &[&str]) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let wanted =
        text.lines().filter_map(|line| lines.iter().find_map(|name| line.strip_prefix(name)));
    let kib = wanted.filter_map(|rest| rest.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    Some(kib.sum::<u64>() * 1024)
}
