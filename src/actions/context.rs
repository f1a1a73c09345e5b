//! What every action needs, and a transaction that collects its events and hints.

use crate::clock::Clock;
use crate::domain::Event;
use crate::live::{Hint, Live};
use crate::store::{self, Db, Dialect, LeaseNow, Tx};

/// The store, the time, and whom to tell.
#[derive(Debug, Clone)]
pub struct Context {
    pub db: Db,
    pub clock: Clock,
    pub live: Live,
}

impl Context {
    /// What leases are measured by: the one clock that all who share the database have in common.
    pub fn lease_now(&self) -> LeaseNow {
        match (self.db.dialect(), &self.clock) {
            (Dialect::Postgres, Clock::System) => LeaseNow::OfDatabase,
            _ => LeaseNow::At(self.clock.lease_now()),
        }
    }

    pub(super) async fn begin(&self) -> store::Result<Change<'_>> {
        let tx = self.db.begin().await?;
        Ok(Change { context: self, tx, events: Vec::new(), hints: Vec::new() })
    }
}

/// A transaction; dropped without commit it changes nothing and nobody is told.
pub(super) struct Change<'a> {
    context: &'a Context,
    pub tx: Tx,
    events: Vec<Event>,
    hints: Vec<Hint>,
}

impl Change<'_> {
    /// Happened if the transaction is committed.
    pub fn event(&mut self, event: Event) {
        self.hint(Hint::Events);
        self.events.push(event);
    }

    pub fn hint(&mut self, hint: Hint) {
        if !self.hints.contains(&hint) {
            self.hints.push(hint);
        }
    }

    pub async fn commit(self) -> store::Result<()> {
        store::events::insert(&self.tx, &self.events).await?;
        fail::fail_point!("before-commit", |_| std::process::abort());
        self.tx.commit().await?;
        fail::fail_point!("after-commit", |_| std::process::abort());
        for hint in self.hints {
            self.context.live.send(hint);
        }
        Ok(())
    }
}
