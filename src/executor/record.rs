//! Records a session's news, one record at a time: what happens meanwhile goes into the next.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::ends::{Ended, Ends};
use super::session::{Session, Taken};
use crate::actions::{self, Batch, Context, LastRecord, Lease, RecordError};
use crate::domain::run::Usage;
use crate::domain::verdict::Verdict;

/// How long news waits for more of it, so that a thousand quick tests are not two thousand transactions.
const GATHER: Duration = Duration::from_millis(50);
/// How long to wait after the store did not answer.
const RETRY: Duration = Duration::from_millis(250);

/// The records of one attempt.
pub struct Recorder {
    context: Context,
    ends: Arc<Ends>,
    lease: Lease,
    due: Option<Instant>,
    under_way: Option<UnderWay>,
}

struct UnderWay {
    handle: JoinHandle<(Batch, Result<(), RecordError>)>,
    taken: Taken,
}

/// The lease belongs to somebody else: nothing more may be written.
#[derive(Debug)]
pub struct Stale;

impl Recorder {
    pub fn new(context: Context, ends: Arc<Ends>, lease: Lease) -> Self {
        Self { context, ends, lease, due: None, under_way: None }
    }

    /// When the next record is due, if there is news and none is under way.
    pub fn due(&mut self, session: &Session) -> Option<Instant> {
        if self.under_way.is_some() || !session.has_news() {
            return None;
        }
        Some(*self.due.get_or_insert_with(|| Instant::now() + GATHER))
    }

    pub fn begin(&mut self, session: &mut Session) {
        self.due = None;
        let (batch, taken) = session.take();
        let (context, lease) = (self.context.clone(), self.lease);
        let handle = tokio::spawn(async move {
            let result = actions::record(&context, lease, &batch).await;
            (batch, result)
        });
        self.under_way = Some(UnderWay { handle, taken });
    }

    /// Waits for the record that is under way; for ever when there is none.
    pub async fn ended(&mut self, session: &mut Session) -> Result<(), Stale> {
        let Some(under_way) = &mut self.under_way else { return std::future::pending().await };
        let result = (&mut under_way.handle).await;
        let Some(UnderWay { taken, .. }) = self.under_way.take() else { return Ok(()) };
        match result {
            Ok((_, Ok(()))) => Ok(()),
            Ok((_, Err(RecordError::Stale(_)))) => Err(Stale),
            Ok((batch, Err(RecordError::Store(error)))) => {
                tracing::warn!(%error, run = %self.lease.run, "cannot record; trying again");
                session.give_back(batch, taken);
                self.due = Some(Instant::now() + RETRY);
                Ok(())
            }
            // Only a panic or the end of the process gets here.
            Err(_) => Ok(()),
        }
    }

    /// The last record. Tried until the store answers: the run has ended, and its environment waits for that.
    pub async fn finish(
        mut self,
        session: &mut Session,
        verdict: &Verdict,
        usage: Option<Usage>,
    ) -> Result<(), Stale> {
        if self.under_way.is_some() {
            self.ended(session).await?;
        }
        let (context, lease) = (&self.context, self.lease);
        let mut batch = session.take().0;
        while session.has_news() {
            let record = || actions::record(context, lease, &batch);
            insist(lease, || async { written(record().await) }).await?;
            batch = session.take().0;
        }
        let last = LastRecord { lease, batch, verdict: verdict.clone(), usage };
        insist(lease, || self.ends.write(last.clone())).await?;
        Ok(())
    }
}

/// Again and again until the store answers.
async fn insist<F>(lease: Lease, write: impl Fn() -> F) -> Result<(), Stale>
where
    F: Future<Output = Ended>,
{
    loop {
        match write().await {
            Ended::Recorded => return Ok(()),
            Ended::Stale => return Err(Stale),
            Ended::NotNow(error) => {
                tracing::warn!(%error, run = %lease.run, "cannot finish; trying again");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

fn written(result: Result<(), RecordError>) -> Ended {
    match result {
        Ok(()) => Ended::Recorded,
        Err(RecordError::Stale(_)) => Ended::Stale,
        Err(RecordError::Store(error)) => Ended::NotNow(Arc::new(error)),
    }
}
