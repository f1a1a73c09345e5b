//! What every action needs, and a transaction that collects its events and hints.

use crate::clock::Clock;
use crate::domain::Event;
use crate::live::{Hint, Live};
use crate::store::{self, Db, Tx};

/// The store, the time, and whom to tell.
#[derive(Debug, Clone)]
pub struct Context {
    pub db: Db,
    pub clock: Clock,
    pub live: Live,
}

impl Context {
    pub(super) async fn begin(&self) -> store::Result<Change<'_>> {
        Ok(Change { context: self, tx: self.db.begin().await?, hints: Vec::new() })
    }
}

/// A transaction; dropped without commit it changes nothing and nobody is told.
pub(super) struct Change<'a> {
    context: &'a Context,
    pub tx: Tx,
    hints: Vec<Hint>,
}

impl Change<'_> {
    pub async fn event(&mut self, event: Event) -> store::Result<()> {
        self.hint(Hint::Events);
        store::events::insert(&self.tx, event).await
    }

    pub fn hint(&mut self, hint: Hint) {
        if !self.hints.contains(&hint) {
            self.hints.push(hint);
        }
    }

    pub async fn commit(self) -> store::Result<()> {
        self.tx.commit().await?;
        for hint in self.hints {
            self.context.live.send(hint);
        }
        Ok(())
    }
}
