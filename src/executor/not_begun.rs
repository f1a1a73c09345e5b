//! An attempt that came to nothing: recorded like any other.

use std::io;

use super::Shared;
use super::ended_logs::EndedLog;
use super::packages::NotInstalled;
use super::record::{Recorder, Stale};
use super::session::Session;
use super::workspace::Workspace;
use crate::actions::Claimed;
use crate::domain::LogSize;
use crate::domain::verdict::{Stopped, judge};
use crate::logs::LogWriter;

/// Why it did not begin.
pub struct NotBegun {
    why: Stopped,
    /// How much there is of its log.
    printed: LogSize,
}

impl From<io::Error> for NotBegun {
    fn from(error: io::Error) -> Self {
        let reason = format!("it could not be started: {error}");
        Self { why: Stopped::Broken { reason }, printed: LogSize::default() }
    }
}

impl NotBegun {
    pub async fn record(
        self,
        shared: &Shared,
        recorder: Recorder,
        claimed: &Claimed,
    ) -> Result<(), Stale> {
        let mut session = Session::default();
        session.log_size(self.printed);
        let verdict = judge(&session.evidence(None, Some(self.why)));
        recorder.finish(&mut session, &verdict, None).await?;
        if self.printed.bytes > 0 {
            let attempt = (claimed.lease.run, claimed.run.attempt);
            shared.ended_logs.keep(EndedLog { attempt, home: None });
        }
        Ok(())
    }
}

/// Packages could not be installed: what was printed is kept, the rest is cleared away.
pub async fn not_equipped(
    shared: &Shared,
    claimed: &Claimed,
    (why, mut log, workspace): (NotInstalled, LogWriter, &Workspace),
) -> NotBegun {
    let (lease, now) = (claimed.lease, shared.context.clock.now());
    let printed = log.finish(now).map(|appended| appended.size).unwrap_or_default();
    let place = || workspace.home.join("log");
    shared.far_logs.grown(lease, claimed.run.attempt, place, (printed, now));
    shared.far_logs.all_sent(lease).await;
    if let Err(error) = workspace.clear() {
        tracing::warn!(%error, run = %lease.run, "cannot clear its scratch directory");
    }
    let why = match why {
        NotInstalled::Stopped(why) => why,
        NotInstalled::Failed(reason) => Stopped::Broken { reason },
    };
    NotBegun { why, printed }
}
