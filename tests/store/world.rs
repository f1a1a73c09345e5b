//! What every case is given: an empty Proctor on one of the two databases, and short words for what happens in it.

use std::collections::BTreeMap;
use std::time::Duration;

use proctor::actions::{self, Batch, Claimed, Claimer, Context, Lease, LeaseTimes, Slots};
use proctor::clock::Clock;
use proctor::domain::verdict::Verdict;
use proctor::domain::{
    EnvironmentId, LogSize, Millis, NewRun, Options, Outcome, Progress, Run, RunId, Serves,
    TestOutcome, TestReport, WorkerId,
};
use proctor::live::Live;
use proctor::store::workers::NewWorker;
use proctor::store::{Db, Read, Value, environments, runs};

use tokio::runtime::{Builder, Runtime};

use crate::cluster;

/// A case that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);
pub const START: Millis = Millis(1_767_225_600_000);
pub const TIMES: LeaseTimes = LeaseTimes { lease_ms: 15_000, renew_ms: 3_000, kill_ms: 10_000 };

/// A store that can be opened again and again.
#[derive(Debug, Clone)]
pub enum Place {
    Sqlite(std::path::PathBuf),
    Postgres(String),
}

impl Place {
    pub async fn open(&self) -> Db {
        self.try_open().await.unwrap()
    }

    pub async fn try_open(&self) -> proctor::store::Result<Db> {
        match self {
            Self::Sqlite(file) => Db::open_sqlite(file).await,
            Self::Postgres(address) => Db::open_postgres(address).await,
        }
    }
}

/// Runs a case with an empty place on SQLite, then with one on PostgreSQL.
pub fn in_both_places(case: impl AsyncFn(Place)) {
    let home = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        within_patience(&case, Place::Sqlite(home.path().join("proctor.sqlite3"))).await;
        within_patience(&case, Place::Postgres(cluster::new_database("off").await)).await;
    });
}

/// Runs a case in an empty world on SQLite, then in one on PostgreSQL.
pub fn on_both(case: impl AsyncFn(World)) {
    in_both_places(async |place| in_world(&case, place).await);
}

/// For what SQLite with its one writer at a time has no question about.
pub fn on_postgres(case: impl AsyncFn(World)) {
    runtime().block_on(async {
        let place = Place::Postgres(cluster::new_database("off").await);
        within_patience(&async |place| in_world(&case, place).await, place).await;
    });
}

/// For what has its own way to PostgreSQL.
pub fn with_postgres(case: impl AsyncFn(&str)) {
    runtime().block_on(async {
        let database = cluster::new_database("off").await;
        let place = Place::Postgres(database.clone());
        within_patience(&async |_| case(&database).await, place).await;
    });
}

async fn in_world(case: &impl AsyncFn(World), place: Place) {
    let world = World::new(place.open().await);
    case(world.clone()).await;
    world.ctx.db.close().await;
}

async fn within_patience(case: &impl AsyncFn(Place), place: Place) {
    // Shown only when the case fails.
    eprintln!("on {place:?}");
    tokio::time::timeout(PATIENCE, case(place)).await.expect("the case ends in time");
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap()
}

#[derive(Debug, Clone)]
pub struct World {
    pub ctx: Context,
}

impl World {
    /// Its clock stands at [`START`].
    pub fn new(db: Db) -> Self {
        Self { ctx: Context { db, clock: Clock::fake(START), live: Live::alone() } }
    }

    pub async fn submit(&self, environment: i64) -> RunId {
        self.submit_run(&asked(environment)).await
    }

    pub async fn submit_run(&self, run: &NewRun) -> RunId {
        actions::submit(&self.ctx, run, None).await.unwrap().run
    }

    pub async fn worker(&self, name: &str) -> WorkerId {
        let worker = NewWorker {
            name: name.into(),
            home: "home".into(),
            boot_id: "boot".into(),
            pid: 4711,
            version: "0.1.0".into(),
            slots: 8,
            labels: vec![],
            serves: Serves::default(),
        };
        actions::register(&self.ctx, &worker, TIMES).await.unwrap()
    }

    pub async fn claim(&self, worker: WorkerId) -> Option<Claimed> {
        let name = format!("worker-{worker}");
        self.claim_for(worker, &name, &Serves::default()).await
    }

    /// As a worker that serves only some environments.
    pub async fn claim_for(
        &self,
        worker: WorkerId,
        name: &str,
        serves: &Serves,
    ) -> Option<Claimed> {
        let claimer = Claimer { worker, name, times: TIMES, serves };
        actions::claim(&self.ctx, &claimer).await.unwrap()
    }

    /// For so many free slots.
    pub async fn claim_several(&self, worker: WorkerId, slots: usize) -> Vec<Claimed> {
        let name = format!("worker-{worker}");
        let claimer = Claimer { worker, name: &name, times: TIMES, serves: &Serves::default() };
        let slots = Slots { free: slots, just_left: 0 };
        actions::claim_several(&self.ctx, &claimer, slots).await.unwrap().runs
    }

    pub async fn finish(&self, lease: Lease, outcome: Outcome) {
        let verdict = Verdict { outcome, reason: None };
        actions::finish(&self.ctx, lease, &Batch::default(), &verdict, None).await.unwrap();
    }

    pub async fn run(&self, id: RunId) -> Run {
        runs::find(&self.ctx.db, id).await.unwrap().unwrap()
    }

    pub async fn queue(&self, environment: i64) -> Vec<RunId> {
        environments::find(&self.ctx.db, EnvironmentId(environment)).await.unwrap().unwrap().queue
    }

    /// The one number that a statement of the test's own answers.
    pub async fn number(&self, sql: &str) -> i64 {
        let row = self.ctx.db.opt(sql, vec![]).await.unwrap().unwrap();
        row.get::<Option<i64>>("n").unwrap().unwrap_or(0)
    }

    /// Changes what no action changes yet.
    pub async fn execute(&self, sql: &str, values: Vec<Value>) {
        let tx = self.ctx.db.begin().await.unwrap();
        tx.execute(sql, values).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// A run as somebody asks for it.
pub fn asked(environment: i64) -> NewRun {
    NewRun {
        requester: "ann".into(),
        environment,
        any: None,
        targets: vec!["smoke/test_trivial.py".into()],
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

pub fn test_case(number: i64, outcome: TestOutcome) -> TestReport {
    TestReport {
        number,
        nodeid: format!("smoke/test_trivial.py::test_{number}"),
        outcome,
        duration_ms: Some(1.5),
        message: None,
        traceback: None,
        phases: vec![],
        sections: vec![],
        from_line: Some(1),
        to_line: None,
        memory: None,
        file_key: None,
        started_at: None,
    }
}

pub fn batch_of(tests: Vec<TestReport>) -> Batch {
    let collected = i64::try_from(tests.len()).unwrap();
    Batch {
        started_as: None,
        tests,
        progress: Progress { collected, ..Progress::default() },
        log: LogSize { lines: 3, bytes: 40 },
        leak: None,
    }
}
