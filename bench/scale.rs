//! How far one Proctor goes: 1,000 environments, 100,000 queued runs, 20 worker processes whose runs only say that they
//! have passed, on SQLite and on PostgreSQL. Both wait for the disk.
//!
//! `cargo bench --bench scale`, or a part of it, as in `-- sqlite small` or `-- postgresql few submits`; needs the package
//! postgresql.

#[path = "../tests/store/cluster.rs"]
mod cluster;
#[path = "scale/cpu.rs"]
mod cpu;
#[path = "scale/logs.rs"]
mod logs;
#[path = "scale/requests.rs"]
mod requests;
#[path = "scale/worker.rs"]
mod worker;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proctor::actions::{self, Context};
use proctor::cli::join_hosts;
use proctor::clock::Clock;
use proctor::domain::{EnvironmentId, NewRun, Options};
use proctor::live::{Hears, Live};
use proctor::store::{Asks, ConnectionLimits, Db, Read, runs};
use requests::Service;
use worker::{Report, What, Workers};

pub type Any<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// How much of it.
#[derive(Debug, Clone, Copy)]
struct Size {
    environments: i64,
    queued: i64,
    workers: usize,
    for_s: u64,
    submits: i64,
    log_s: u64,
}

const WHOLE: Size =
    Size { environments: 1000, queued: 100_000, workers: 20, for_s: 20, submits: 500, log_s: 10 };
const SMALL: Size =
    Size { environments: 200, queued: 5000, workers: 4, for_s: 3, submits: 50, log_s: 3 };
const DATABASES: [&str; 2] = ["sqlite", "postgresql"];
/// Few environments, many, the same with long queues, and the rest.
const SECTIONS: [&str; 5] = ["few", "many", "long", "submits", "logs"];
/// Environments of the first section.
const FEW: i64 = 100;
/// Runs that are stored in one transaction.
const PORTION: i64 = 1000;

fn main() -> Any {
    let words: Vec<_> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let threads =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if let [first, place, what, seconds] = &words[..]
        && first == "as-worker"
    {
        // On the runtime's threads, as a worker does it.
        let (place, what, seconds) = (Place::parse(place), what.clone(), seconds.parse()?);
        let work = async move { worker::work(&place, &what, seconds).await };
        return threads.block_on(async { tokio::spawn(work).await? });
    }
    let size = if words.iter().any(|word| word == "small") { SMALL } else { WHOLE };
    // Where no word of a kind was said, all of that kind are meant.
    let named = |kind: &[&str], name: &str| {
        let said = |name: &str| words.iter().any(|word| word == name);
        said(name) || !kind.iter().any(|name| said(name))
    };
    let is_wanted = |section: &str| named(&SECTIONS, section);
    println!("{size:?}, load {}", std::fs::read_to_string("/proc/loadavg")?.trim());
    threads.block_on(async {
        for name in DATABASES.into_iter().filter(|name| named(&DATABASES, name)) {
            let home = tempfile::tempdir_in(".")?;
            let few = Size { environments: FEW, ..size };
            let queues = [
                ("few", few, size.queued / 5),
                ("many", size, size.queued / 10),
                ("long", size, size.queued),
            ];
            for (section, size, part) in queues.into_iter().filter(|(name, ..)| is_wanted(name)) {
                let place = Place::new(name, home.path(), section).await;
                claims(name, &place, size, part).await?;
            }
            if is_wanted("submits") {
                let place = Place::new(name, home.path(), "submits").await;
                submits(name, &place, size).await?;
            }
            if is_wanted("logs") {
                let place = Place::new(name, home.path(), "logs").await;
                logs::logs(name, &place, size.log_s).await?;
            }
        }
        Ok(())
    })
}

/// Where a database and what lies beside it are.
#[derive(Debug, Clone)]
pub struct Place {
    pub data: PathBuf,
    pub postgres: Option<String>,
}

impl Place {
    async fn new(database: &str, home: &Path, name: &str) -> Self {
        let data = home.join(name);
        let _ = std::fs::create_dir_all(data.join("tests"));
        let data = data.canonicalize().unwrap_or(data);
        let postgres = match database {
            "sqlite" => None,
            _ => Some(cluster::new_database("on").await),
        };
        Self { data, postgres }
    }

    /// As one word for another process.
    fn word(&self) -> String {
        format!("{}|{}", self.data.display(), self.postgres.as_deref().unwrap_or_default())
    }

    fn parse(word: &str) -> Self {
        let (data, postgres) = word.split_once('|').unwrap_or((word, ""));
        let postgres = (!postgres.is_empty()).then(|| postgres.to_owned());
        Self { data: data.into(), postgres }
    }

    /// With PostgreSQL each worker is a host of its own: nothing but the database is common to them.
    fn of_host(&self, number: usize) -> Self {
        match self.postgres {
            None => self.clone(),
            Some(_) => Self { data: self.data.join(format!("host-{number}")), ..self.clone() },
        }
    }

    fn home(&self) -> String {
        self.data.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    pub async fn open(&self) -> Any<Context> {
        let is_worker = std::env::args().nth(1).is_some_and(|word| word == "as-worker");
        let (hears, asks) = if is_worker {
            (Hears::Work, Asks::TheSame)
        } else {
            (Hears::Everything, Asks::ThisAndThat)
        };
        std::fs::create_dir_all(&self.data)?;
        let db = Db::open(self.postgres.as_deref(), &self.data, asks, ConnectionLimits::default())
            .await?;
        let live = join_hosts(&db, Live::join(&self.data, hears)?, &self.home()).await?;
        Ok(Context { db, clock: Clock::System, live })
    }
}

/// Workers empty long queues, while somebody looks at lists.
async fn claims(name: &str, place: &Place, size: Size, queued: i64) -> Any {
    let ctx = place.open().await?;
    let taken = Instant::now();
    make_environments(&ctx, size.environments).await?;
    queue(&ctx, size.environments, queued).await?;
    println!(
        "\n{name}: {queued} queued in {} environments, stored in {:.0} s",
        size.environments,
        taken.elapsed().as_secs_f64()
    );
    let service = Service::start(&ctx, &place.data).await?;
    service.look("at rest", size.for_s / 4 + 1).await?;
    measure(&ctx, place, size, What::WithSlots).await?;
    let looks = service.look("while workers claim", size.for_s.saturating_sub(1));
    let (measured, looked) = tokio::join!(measure(&ctx, place, size, What::OneByOne), looks);
    measured?;
    looked?;
    service.stop().await;
    ctx.db.close().await;
    Ok(())
}

/// How many runs workers start and end together, and what that takes of the processors.
async fn measure(ctx: &Context, place: &Place, size: Size, what: What) -> Any {
    let (seconds, how) = match what {
        What::OneByOne => (size.for_s, "one run at a time, and somebody looks at lists"),
        What::WithSlots | What::Waits => (size.for_s.div_ceil(2), "8 slots each"),
    };
    let before = cpu::of_database(ctx).await?;
    let workers = Workers::start(place, size.workers, what, seconds)?;
    let found = tokio::task::spawn_blocking(|| workers.end()).await??;
    let in_database = cpu::of_database(ctx).await? - before;
    let runs = found.iter().map(|one| one.times_us.len()).sum::<usize>().max(1) as f64;
    let cpu: f64 = found.iter().map(|one| one.cpu_ms).sum();
    let (in_all, settled) = per_second(&found);
    println!(
        "  {} worker processes, {how}: {in_all:.0} runs started and ended each second, {settled:.0} after the first two; \
         processor for each: {:.2} ms in the workers, {:.2} ms in the database",
        size.workers,
        cpu / runs,
        in_database / runs,
    );
    let all = found.iter().flat_map(|one| one.times_us.iter().map(|us| *us as f64 / 1e3));
    let name = if what == What::OneByOne { "  one claim" } else { "  a slot stands empty" };
    print_times(name, all.collect());
    Ok(())
}

/// How many ended each second: from the first look to the last end, and after two seconds, in which connections are made and
/// statements are planned for the first time.
fn per_second(found: &[Report]) -> (f64, f64) {
    let first = found.iter().map(|one| one.first_ms).min().unwrap_or_default();
    let ended = || found.iter().flat_map(|one| one.ended_ms.iter().copied());
    let last = ended().max().unwrap_or_default();
    let since = |from: u64| {
        let count = ended().filter(|at| *at >= from).count();
        count as f64 * 1e3 / last.saturating_sub(from).max(1) as f64
    };
    (since(first), since(first + 2000))
}

/// From the answer to a request until a worker that waits has the run.
async fn submits(name: &str, place: &Place, size: Size) -> Any {
    let ctx = place.open().await?;
    make_environments(&ctx, size.environments).await?;
    let workers = Workers::start(place, size.workers, What::Waits, 0)?;
    wait_for_workers(&ctx, size.workers).await?;
    println!(
        "\n{name}: {} workers wait, {} runs are asked for one by one",
        size.workers, size.submits
    );
    let began = Instant::now();
    for number in 0..size.submits {
        let asked = asked(number, 1 + number % size.environments);
        actions::submit(&ctx, &asked, None).await?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let sql = "SELECT COUNT(*) AS n FROM runs WHERE state <> 'finished'";
    while number(&ctx, sql).await? > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("  all had ended after {:.1} s", began.elapsed().as_secs_f64());
    let sql = "SELECT started_at - created_at AS n FROM runs";
    let rows = ctx.db.rows(sql, vec![]).await?;
    let times = rows.iter().map(|row| row.get::<i64>("n").map(|ms| ms as f64));
    print_times("  submit → claim", times.collect::<Result<_, _>>()?);
    workers.end()?;
    ctx.db.close().await;
    Ok(())
}

async fn wait_for_workers(ctx: &Context, count: usize) -> Any {
    let sql = "SELECT COUNT(*) AS n FROM workers";
    while number(ctx, sql).await? < i64::try_from(count)? {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

async fn number(ctx: &Context, sql: &str) -> Any<i64> {
    let row = ctx.db.opt(sql, vec![]).await?;
    Ok(row.map_or(Ok(0), |row| row.get("n"))?)
}

async fn make_environments(ctx: &Context, count: i64) -> Any {
    let sql = "INSERT INTO environments (id, name, description, labels, variables, epoch, next_sequence) \
               WITH RECURSIVE numbers (n) AS (SELECT 101 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1) \
               SELECT n, 'env-' || n, '', '[]', '{}', 0, 1 FROM numbers";
    let tx = ctx.db.begin().await?;
    tx.execute(sql, vec![count.into()]).await?;
    Ok(tx.commit().await?)
}

async fn queue(ctx: &Context, environments: i64, count: i64) -> Any {
    for first in (1..=count).step_by(usize::try_from(PORTION)?) {
        let tx = ctx.db.begin().await?;
        for number in first..=count.min(first + PORTION - 1) {
            let environment = 1 + number % environments;
            let asked = asked(number, environment);
            let now = ctx.clock.now();
            runs::insert(&tx, &asked, EnvironmentId(environment), number, now).await?;
        }
        tx.commit().await?;
    }
    let tx = ctx.db.begin().await?;
    let sql = "UPDATE environments SET next_sequence = $1, (first_run_id, first_requester) = \
               (SELECT q.id, q.requester FROM runs q WHERE q.environment_id = environments.id \
               AND q.state = 'queued' ORDER BY q.sequence LIMIT 1)";
    tx.execute(sql, vec![(count + 1).into()]).await?;
    if ctx.db.is_shared() {
        tx.execute("ANALYZE", vec![]).await?;
    }
    Ok(tx.commit().await?)
}

/// As one of forty people asks for it.
pub fn asked(number: i64, environment: i64) -> NewRun {
    NewRun {
        requester: format!("person-{}", number % 40),
        environment,
        any: None,
        targets: vec![format!("area_{}/test_{:03}.py", number % 50, number % 700)],
        plans: vec![],
        template: None,
        parameters: BTreeMap::new(),
        variables: BTreeMap::new(),
        options: Options::default(),
        note: None,
        rerun_of: None,
        sources: vec![],
        snapshot: None,
    }
}

/// Of times in milliseconds.
pub fn print_times(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |share: usize| {
        let place = (times.len() * share).div_ceil(100).max(1) - 1;
        times.get(place).copied().unwrap_or(f64::NAN)
    };
    println!(
        "{name:<44} n {:>7}  p50 {:>8.2} ms  p99 {:>8.2} ms  max {:>8.2} ms",
        times.len(),
        at(50),
        at(99),
        at(100)
    );
}
