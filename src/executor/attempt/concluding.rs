//! How an attempt ends whose processes are gone: what they still said, and the verdict on it.

use tokio::time::timeout;

use super::super::ended_logs::EndedLog;
use super::super::files::CompiledByRun;
use super::super::pipes::DRAIN;
use super::super::record::{Recorder, Stale};
use super::super::supervisor::End;
use super::super::{ending, keep, usage};
use super::{Attempt, BLOCK};
use crate::domain::Outcome;
use crate::domain::verdict::{judge, of_unfinished};

/// More than a pipe holds.
const MOST_LEFT: usize = 2 * 1024 * 1024;

impl Attempt<'_> {
    /// Nobody is left to write; what was written is still in the pipes. Their end is missing only if a test gave its
    /// end away to some other process of the machine.
    pub(super) async fn drain(&mut self) {
        self.told.hurry();
        self.output.hurry();
        let mut buffer = vec![0; BLOCK];
        let mut most = MOST_LEFT;
        while !self.told.has_ended()
            && most > 0
            && let Ok(read) = timeout(DRAIN, self.told.read(&mut buffer)).await
        {
            self.told(&buffer[..read]);
            most = most.saturating_sub(read);
        }
        most = MOST_LEFT;
        while !self.output.has_ended()
            && most > 0
            && let Ok(read) = timeout(DRAIN, self.output.read(&mut buffer)).await
        {
            self.printed(&buffer[..read]);
            most = most.saturating_sub(read);
        }
        if let Some(Ok(started)) = self.begun.take().map(|mut started| started.try_recv()) {
            self.started(Some(started));
        }
    }

    pub(super) async fn conclude(
        mut self,
        end: Option<End>,
        recorder: Recorder,
    ) -> Result<Option<CompiledByRun>, Stale> {
        let now = self.shared.context.clock.now();
        if let Ok(appended) = self.log.finish(now) {
            appended.marks.into_iter().for_each(|mark| self.session.mark(mark));
            self.session.log_size(appended.size);
            self.grown_far(appended.size, now);
        }
        let peak = self.session.memory_peak();
        let gauge = self.gauge.as_mut().zip(end);
        let usage = gauge.map(|(gauge, end)| gauge.total(&end, peak, &self.workspace.artifacts));
        // Whoever sees that the run has ended finds all of its log and figures, wherever they are read.
        self.shared.far_logs.all_sent(self.lease).await;
        keep::keep(self.shared, (self.lease.run, self.number), &self.workspace.home).await;
        let stopping = self.stopping.take();
        let places = (&*self.workspace.home, &*self.equipped.interpreter.tests);
        let mut evidence = ending::evidence(&mut self.session, stopping.as_ref(), end, places);
        let limits = self.limits;
        evidence.reached = end.map(|end| usage::reached(&end, &limits)).unwrap_or_default();
        evidence.reached.log_bytes = (self.log.dropped() > 0).then_some(limits.log_bytes);
        let places = (&*self.workspace.home, self.events.secrets());
        let stacks = ending::stacks(&evidence, stopping, places);
        self.session.explain_lost(&of_unfinished(&evidence), stacks);
        let verdict = judge(&evidence);
        let result = recorder.finish(&mut self.session, &verdict, usage).await;
        if result.is_ok() {
            self.shared.times.learn_of(self.lease.run);
            // A run that was lost may begin again there.
            let is_last = verdict.outcome != Outcome::Lost;
            let home = is_last.then(|| self.workspace.home.clone());
            let attempt = (self.lease.run, self.number);
            self.shared.ended_logs.keep(EndedLog { attempt, home });
        }
        let is_usual = self.equipped.interpreter.python == self.shared.settings.interpreter.python;
        let compiled = is_usual.then(|| self.files.compiled_by_run(&self.workspace)).flatten();
        self.clear();
        result.map(|()| compiled)
    }

    pub(super) fn clear(&self) {
        if let Err(error) = self.workspace.clear() {
            tracing::warn!(%error, run = %self.lease.run, "cannot clear its scratch directory");
        }
    }
}
