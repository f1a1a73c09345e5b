//! The last records of a worker's runs. While a transaction writes some of them, or claims others, those that come meanwhile
//! gather, and go into the next one together: many ends share what a commit costs, and a single one waits for nobody else.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as Turn, oneshot};
use tokio::task::yield_now;

use crate::actions::{self, Context, LastRecord};
use crate::store;

/// Ends that one transaction writes at most.
const MOST: usize = 16;

/// Writes last records, in the order in which they come.
#[derive(Debug)]
pub struct Ends {
    waiting: Mutex<VecDeque<Waiting>>,
    turn: Arc<Turn<Context>>,
}

#[derive(Debug)]
struct Waiting {
    last: LastRecord,
    answer: oneshot::Sender<Ended>,
}

/// What became of one.
#[derive(Debug, Clone)]
pub enum Ended {
    Recorded,
    /// The lease belongs to somebody else.
    Stale,
    /// Nothing was written.
    NotNow(Arc<store::Error>),
}

impl Ends {
    pub fn new(context: Context) -> Self {
        let db = context.db.by_one_connection();
        let turn = Arc::new(Turn::new(Context { db, ..context }));
        Self { waiting: Mutex::default(), turn }
    }

    /// For whoever claims runs here.
    pub fn turn(&self) -> Arc<Turn<Context>> {
        Arc::clone(&self.turn)
    }

    /// Writes one, together with those that wait already.
    pub async fn write(self: &Arc<Self>, last: LastRecord) -> Ended {
        let (answer, mut answered) = oneshot::channel();
        self.waiting().push_back(Waiting { last, answer });
        loop {
            let turn = tokio::select! {
                biased;
                // Without an answer, whoever took it has broken down.
                ended = &mut answered => return ended.unwrap_or_else(|_| {
                    Ended::NotNow(Arc::new(store::Error::Missing("the end of a run")))
                }),
                turn = self.turn.lock() => turn,
            };
            // What ended at the same moment is about to come.
            yield_now().await;
            let all: Vec<_> = {
                let mut waiting = self.waiting();
                let count = waiting.len().min(MOST);
                waiting.drain(..count).collect()
            };
            write_all(&turn, all).await;
            drop(turn);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write_all(context: &Context, all: Vec<Waiting>) {
    let (last, answers): (Vec<_>, Vec<_>) =
        all.into_iter().map(|waiting| (waiting.last, waiting.answer)).unzip();
    let mut ended = try_write(context, &last).await;
    if last.len() > 1 && ended.iter().any(is_lasting) {
        // One of them cannot be written: it must not hold up the others.
        for (one, ended) in last.iter().zip(&mut ended) {
            *ended = try_write(context, std::slice::from_ref(one)).await.remove(0);
        }
    }
    for (answer, ended) in answers.into_iter().zip(ended) {
        // Nobody listens when an attempt was given up.
        let _ = answer.send(ended);
    }
}

async fn try_write(context: &Context, last: &[LastRecord]) -> Vec<Ended> {
    match actions::finish_several(context, last).await {
        Ok(recorded) => {
            let is_recorded = |one: &LastRecord| recorded.contains(&one.lease);
            let ended = |one| if is_recorded(one) { Ended::Recorded } else { Ended::Stale };
            last.iter().map(ended).collect()
        }
        Err(error) => vec![Ended::NotNow(Arc::new(error)); last.len()],
    }
}

fn is_lasting(ended: &Ended) -> bool {
    matches!(ended, Ended::NotNow(error) if !error.is_passing())
}
