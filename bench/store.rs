//! What the store costs on SQLite and on PostgreSQL: lists of 100,000 finished runs, and claims. Both wait for the disk.
//!
//! `cargo bench --bench store`, or a part of it, as in `-- lists sqlite`; needs the package postgresql.

#[path = "../tests/store/cluster.rs"]
mod cluster;
mod seed;

use std::error::Error;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike};
use proctor::actions::{self, Batch, Claimer, Context, LeaseTimes};
use proctor::clock::Clock;
use proctor::domain::verdict::Verdict;
use proctor::domain::{EnvironmentId, Millis, NewRun, Outcome, RunId, Serves, State, WorkerId};
use proctor::live::Live;
use proctor::store::workers::NewWorker;
use proctor::store::{Db, RunFilter, RunOrder, runs};

type Any<T = ()> = Result<T, Box<dyn Error>>;

const RUNS: i64 = 100_000;
const FEW: i64 = 5000;
const ROUNDS: usize = 200;
const PAGE: u32 = 51;
const WORKERS: usize = 4;

#[tokio::main]
async fn main() -> Any {
    let words: Vec<_> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let home = tempfile::tempdir_in(".")?;
    for database in chosen(&words, &["SQLite", "PostgreSQL"]) {
        let open = async |name: &str| {
            Ok::<_, Box<dyn Error>>(if database == "SQLite" {
                Db::open_sqlite(&home.path().join(name)).await?
            } else {
                Db::open_postgres(&cluster::new_database("on").await).await?
            })
        };
        for part in chosen(&words, &["lists", "claims"]) {
            if part == "lists" {
                lists(database, open("lists").await?).await?;
            } else {
                claims(database, open("few").await?, FEW).await?;
                claims(database, open("many").await?, RUNS).await?;
            }
        }
    }
    Ok(())
}

/// Those that are named, or all.
fn chosen(words: &[String], all: &[&'static str]) -> Vec<&'static str> {
    let is_named = |one: &&&str| words.iter().any(|word| word == &one.to_lowercase());
    let named: Vec<_> = all.iter().filter(is_named).copied().collect();
    if named.is_empty() { all.to_vec() } else { named }
}

async fn lists(database: &str, db: Db) -> Any {
    let (taken, seeded) = timed(seed::seed(&db, RUNS)).await;
    seeded?;
    println!("\n{database}: lists of {RUNS} finished runs, stored in {:.0} s", taken.as_secs_f64());
    println!("{:<58} {:>5} {:>9} {:>9} {:>9}", "", "runs", "p50 ms", "p99 ms", "cpu ms");
    for (name, filter, order) in filters() {
        let mut times = Vec::with_capacity(ROUNDS);
        let mut found = 0;
        let before = cpu_time();
        for _ in 0..ROUNDS {
            let (taken, page) = timed(runs::list(&db, &filter, order, None, PAGE)).await;
            found = page?.len();
            times.push(taken);
        }
        print_times(name, found, times, cpu_time().saturating_sub(before));
    }
    let mut times = Vec::with_capacity(ROUNDS);
    let before = cpu_time();
    for n in 0..ROUNDS {
        let after = RunId(RUNS - RUNS / 200 * i64::try_from(n)?);
        let filter = RunFilter::default();
        times.push(
            timed(runs::list(&db, &filter, RunOrder::NewestFirst, Some(after), PAGE)).await.0,
        );
    }
    print_times("a page from anywhere", PAGE as usize, times, cpu_time().saturating_sub(before));
    db.close().await;
    Ok(())
}

/// `cpu` is what this process used meanwhile: on a busy machine it says more than the times.
fn print_times(name: &str, found: usize, mut times: Vec<Duration>, cpu: Duration) {
    times.sort_unstable();
    let at = |share: usize| milliseconds(times[(times.len() * share).div_ceil(100) - 1]);
    let slow = if at(99) > 20.0 { " !" } else { "" };
    let cpu = milliseconds(cpu) / times.len() as f64;
    println!("{name:<58} {found:>5} {:>9.2} {:>9.2} {cpu:>9.2}{slow}", at(50), at(99));
}

fn cpu_time() -> Duration {
    let Ok(used) = getrusage(UsageWho::RUSAGE_SELF) else { return Duration::ZERO };
    let time = |value: TimeVal| Duration::from_micros(value.num_microseconds().unsigned_abs());
    time(used.user_time()) + time(used.system_time())
}

/// Each with matches that are many, few and none; and pairs of which both fit many runs, but hardly one together.
#[expect(clippy::too_many_lines, reason = "a table")]
fn filters() -> Vec<(&'static str, RunFilter, RunOrder)> {
    let all = RunFilter::default;
    let q = |text: &str| RunFilter { q: Some(text.into()), ..all() };
    let target = |text: &str| RunFilter { target: Some(text.into()), ..all() };
    let by = |name: &str| RunFilter { requester: Some(name.into()), ..all() };
    let template = |name: &str| RunFilter { template: Some(name.into()), ..all() };
    let ended = |outcomes: &[Outcome]| RunFilter { outcomes: outcomes.to_vec(), ..all() };
    let at = |share: i64| Some(Millis(seed::FIRST + seed::EVERY * RUNS / 100 * share));
    let plan = |number| RunFilter { plan: Some(number), ..all() };
    let smoke_failed = RunFilter { outcomes: vec![Outcome::Failed], ..template("smoke") };
    let newest = [
        ("no filter", all()),
        ("state=finished", RunFilter { states: vec![State::Finished], ..all() }),
        (
            "state=queued,running",
            RunFilter { states: vec![State::Queued, State::Running], ..all() },
        ),
        (
            "state=running,finished",
            RunFilter { states: vec![State::Running, State::Finished], ..all() },
        ),
        (
            "state=finished, requester=visitor",
            RunFilter { states: vec![State::Finished], ..by("visitor") },
        ),
        ("outcome=passed", ended(&[Outcome::Passed])),
        ("outcome=failed,error", ended(&[Outcome::Failed, Outcome::Error])),
        ("outcome=lost (1 in 10,000)", ended(&[Outcome::Lost])),
        ("outcome=lost,no_tests", ended(&[Outcome::Lost, Outcome::NoTests])),
        ("environment=7", RunFilter { environments: vec![7..=7], ..all() }),
        ("environment=1-40,77", RunFilter { environments: vec![1..=40, 77..=77], ..all() }),
        ("environment=99 (none)", RunFilter { environments: vec![99..=99], ..all() }),
        ("environment=90-100 (few)", RunFilter { environments: vec![90..=100], ..all() }),
        ("requester=person-3", by("person-3")),
        ("requester=visitor (1 in 10,000)", by("visitor")),
        ("requester=left.early (the first 5 %)", by("left.early")),
        ("requester=nobody (none)", by("nobody")),
        ("template=nightly", template("nightly")),
        ("template=yearly (1 in 10,000)", template("yearly")),
        ("plan=3", plan(3)),
        ("plan=900 (1 in 10,000)", plan(900)),
        ("plan=12345 (none)", plan(12345)),
        ("target=area_7/", target("area_7/")),
        ("target=rare/ (1 in 10,000)", target("rare/")),
        ("target=banana (none)", target("banana")),
        ("target=[größe-7]", target("[größe-7]")),
        ("created 40 % to 50 %", RunFilter { created_from: at(40), created_to: at(50), ..all() }),
        ("created to 1 %", RunFilter { created_to: at(1), ..all() }),
        ("created before (none)", RunFilter { created_to: Some(Millis(0)), ..all() }),
        ("q=area", q("area")),
        ("q=Person-3", q("Person-3")),
        ("q=visitor (1 in 10,000)", q("visitor")),
        ("q=left.early (the first 5 %)", q("left.early")),
        ("q=PROJ-4711 (1)", q("PROJ-4711 ")),
        ("q=blue moon (1 in 10,000)", q("blue moon")),
        ("q=4711 (a number)", q("4711")),
        ("q=#4711 (a number)", q("#4711")),
        ("q=banana (none)", q("banana")),
        ("q=area_test_area (none, of common pieces)", q("area_test_area_test_py")),
        ("q=a", q("a")),
        ("q=zq (none)", q("zq")),
        ("q=ße", q("ße")),
        ("q=area, requester=visitor", RunFilter { requester: Some("visitor".into()), ..q("area") }),
        ("q=area, requester=nobody", RunFilter { requester: Some("nobody".into()), ..q("area") }),
        (
            "q=firmware, template=smoke, outcome=failed (none)",
            RunFilter { q: Some("firmware".into()), ..smoke_failed.clone() },
        ),
        ("template=smoke, outcome=failed (none)", smoke_failed),
        (
            "requester=person-3, outcome=lost",
            RunFilter { outcomes: vec![Outcome::Lost], ..by("person-3") },
        ),
        (
            "requester=left.early, environment=1-40, outcome=failed",
            RunFilter {
                environments: vec![1..=40],
                outcomes: vec![Outcome::Failed],
                ..by("left.early")
            },
        ),
        (
            "requester=person-3, created before (none)",
            RunFilter { created_to: Some(Millis(0)), ..by("person-3") },
        ),
        (
            "outcome=passed, created to 1 %",
            RunFilter { created_to: at(1), ..ended(&[Outcome::Passed]) },
        ),
        ("outcome=passed, plan=900", RunFilter { plan: Some(900), ..ended(&[Outcome::Passed]) }),
        ("q=release, plan=900 (none)", RunFilter { plan: Some(900), ..q("release") }),
        (
            "q=release, target=rare/ (none)",
            RunFilter { target: Some("rare/".into()), ..q("release") },
        ),
        ("q=area_1, created to 1 %", RunFilter { created_to: at(1), ..q("area_1") }),
    ];
    let oldest = [
        ("oldest first", all()),
        ("oldest first, created from 99 %", RunFilter { created_from: at(99), ..all() }),
        ("oldest first, q=PROJ-99", q("PROJ-99")),
        (
            "oldest first, outcome=failed,error, created from 99 %",
            RunFilter { created_from: at(99), ..ended(&[Outcome::Failed, Outcome::Error]) },
        ),
    ];
    let newest = newest.map(|(name, filter)| (name, filter, RunOrder::NewestFirst));
    let oldest = oldest.map(|(name, filter)| (name, filter, RunOrder::OldestFirst));
    newest.into_iter().chain(oldest).collect()
}

/// Claims and finishes what is queued on 100 environments, by several workers at once.
async fn claims(database: &str, db: Db, queued: i64) -> Any {
    let ctx = Context { db, clock: Clock::System, live: Live::alone() };
    queue(&ctx, queued).await?;
    let end = Instant::now() + Duration::from_secs(5);
    let mut tasks = Vec::new();
    for n in 0..WORKERS {
        let (ctx, worker) = (ctx.clone(), register(&ctx, n).await?);
        tasks.push(tokio::spawn(async move {
            claim_and_finish(&ctx, worker, end).await.map_err(|error| error.to_string())
        }));
    }
    let (began, before) = (Instant::now(), cpu_time());
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let per_second = times.len() as f64 / began.elapsed().as_secs_f64();
    println!(
        "\n{database}: {queued} queued in 100 environments, {WORKERS} workers: {per_second:.0} claim + finish/s"
    );
    print_times(
        "one claim, and the CPU of claim + finish",
        times.len(),
        times,
        cpu_time().saturating_sub(before),
    );
    ctx.db.close().await;
    Ok(())
}

async fn queue(ctx: &Context, count: i64) -> Any {
    let tx = ctx.db.begin().await?;
    for number in 1..=count {
        let asked = NewRun { environment: 1 + number % 100, ..seed::past(number, count).asked };
        runs::insert(&tx, &asked, EnvironmentId(asked.environment), number, ctx.clock.now())
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn register(ctx: &Context, number: usize) -> Any<WorkerId> {
    let worker = NewWorker {
        name: format!("worker-{number}"),
        home: "home".into(),
        boot_id: "boot".into(),
        pid: 1,
        version: String::new(),
        slots: 1,
        labels: vec![],
        serves: Serves::default(),
    };
    Ok(actions::register(ctx, &worker, LeaseTimes::default()).await?)
}

/// The times that claims took.
async fn claim_and_finish(
    ctx: &Context,
    worker: WorkerId,
    end: Instant,
) -> Result<Vec<Duration>, Box<dyn Error + Send + Sync>> {
    let verdict = Verdict { outcome: Outcome::Passed, reason: None };
    let (times, serves) = (LeaseTimes::default(), Serves::default());
    let claimer = Claimer { worker, name: "worker", times, serves: &serves };
    let mut times = Vec::new();
    while Instant::now() < end {
        let (taken, claimed) = timed(actions::claim(ctx, &claimer)).await;
        let Some(claimed) = claimed? else { break };
        times.push(taken);
        actions::finish(ctx, claimed.lease, &Batch::default(), &verdict, None).await?;
    }
    Ok(times)
}

async fn timed<T>(work: impl Future<Output = T>) -> (Duration, T) {
    let began = Instant::now();
    let done = work.await;
    (began.elapsed(), done)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
