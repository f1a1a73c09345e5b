//! Reads what is new once, for all clients of this process.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast::{Receiver, Sender};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until};

use super::heard::{Heard, HeardLogs, Logs, change};
use super::message::{Message, Teller};
use super::pace::Pace;
use super::snapshots::Snapshots;
use super::topics::Topics;
use crate::actions::Context;
use crate::api::problem::ApiError;
use crate::api::run_logs::RunLogs;
use crate::domain::RunId;
use crate::live::Hint;
use crate::logs::LogReader;
use crate::store::events::{self, Cursor};
use crate::store::{self};
use crate::wire::LogChange;

/// News that a client may fall behind before it has to read the store itself.
const BACKLOG: usize = 16;
/// Events read at a time.
const PORTION: u32 = 100;
/// A lost hint costs at most this.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Whatever keeps events from being told, another transaction that is open, ends without a hint when it has none.
const LOOK_SOON: Duration = Duration::from_millis(10);
/// What follows within this time is told together: less work for everybody, and still at once for people.
const GATHER: Duration = Duration::from_millis(3);

/// The feed of one process. It works only while somebody has a seat.
#[derive(Clone)]
pub struct Feed {
    shared: Arc<Shared>,
}

struct Shared {
    ctx: Context,
    logs: RunLogs,
    news: Sender<Arc<News>>,
    seats: Mutex<Seats>,
    reader: tokio::sync::Mutex<Reader>,
    snapshots: Snapshots,
}

/// Whether somebody reads for the clients.
#[derive(PartialEq, Eq)]
enum Reader {
    Away,
    There,
}

#[derive(Default)]
struct Seats {
    taken: usize,
    /// How many clients follow each run.
    followed: BTreeMap<RunId, usize>,
}

/// What clients are told.
pub enum News {
    /// What happened after one cursor and until another.
    Events { after: Cursor, until: Cursor, messages: Vec<Message> },
    /// Logs that have grown, and what runs use: neither has a place among the events.
    Logs(Vec<Message>),
}

/// A client's place at the feed; given up when dropped.
pub struct Seat {
    pub news: Receiver<Arc<News>>,
    shared: Arc<Shared>,
    followed: BTreeSet<RunId>,
}

impl Feed {
    pub fn new(ctx: Context, logs: RunLogs) -> Self {
        let shared = Shared {
            ctx,
            logs,
            news: Sender::new(BACKLOG),
            seats: Mutex::default(),
            reader: tokio::sync::Mutex::new(Reader::Away),
            snapshots: Snapshots::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Open streams.
    pub fn streams(&self) -> usize {
        self.shared.seats().taken
    }

    pub fn snapshots(&self) -> &Snapshots {
        &self.shared.snapshots
    }

    /// Takes a seat. Whatever happens after this is told, or can be read from the store after a cursor taken now.
    ///
    /// # Errors
    /// When `most` seats are taken, or the store does not answer.
    pub async fn join(&self, topics: &Topics, most: usize) -> Result<Seat, ApiError> {
        let seat = self.shared.clone().take_seat(topics, most)?;
        let mut reader = self.shared.reader.lock().await;
        if *reader == Reader::Away {
            let hints = self.shared.ctx.live.subscribe();
            let cursor = events::latest(&self.shared.ctx.db).await?;
            tokio::spawn(Arc::clone(&self.shared).read(hints, cursor));
            *reader = Reader::There;
        }
        Ok(seat)
    }
}

impl Shared {
    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_seat(self: Arc<Self>, topics: &Topics, most: usize) -> Result<Seat, ApiError> {
        let mut seats = self.seats();
        if seats.taken >= most {
            return Err(ApiError::Unavailable(format!(
                "{most} streams are open, the limit; try again later"
            )));
        }
        seats.taken += 1;
        for run in &topics.runs {
            *seats.followed.entry(*run).or_default() += 1;
        }
        drop(seats);
        Ok(Seat { news: self.news.subscribe(), shared: self, followed: topics.runs.clone() })
    }

    fn followed(&self) -> BTreeSet<RunId> {
        self.seats().followed.keys().copied().collect()
    }

    /// Reads and tells until nobody listens any more.
    async fn read(self: Arc<Self>, mut hints: Receiver<Hint>, cursor: Cursor) {
        let mut told = Told { until: cursor, teller: Teller::default(), logs: Logs::default() };
        let mut ticks = interval_at(Instant::now() + LOOK_AGAIN, LOOK_AGAIN);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut unsettled, mut waiting, mut pace) = (false, false, Pace::new(Instant::now()));
        loop {
            let heard = tokio::select! {
                hint = hints.recv() => Heard::first(hint),
                _ = ticks.tick() => Heard::everything(),
                () = sleep(LOOK_SOON), if unsettled => Heard::first(Ok(Hint::Events)),
                () = sleep_until(pace.next), if waiting => Heard::first(Ok(Hint::Events)),
            };
            let mut heard = heard.and_more(&mut hints);
            heard.events |= unsettled || waiting;
            waiting = heard.events && !pace.goes_on(Instant::now());
            heard.events &= !waiting;
            if self.news.receiver_count() == 0 && self.leave().await {
                return;
            }
            let followed = self.followed();
            match self.tell(&heard, &followed, &mut told).await {
                Ok(more) => unsettled = more,
                Err(error) => {
                    tracing::warn!(%error, "cannot read what is new; trying again");
                    // It may have taken for told what was not.
                    told.teller = Teller::default();
                    sleep(LOOK_AGAIN).await;
                }
            }
            sleep(GATHER).await;
        }
    }

    /// Whether there is really nobody left; a client that comes now finds the reader away and sends a new one.
    async fn leave(&self) -> bool {
        let mut reader = self.reader.lock().await;
        let is_alone = self.news.receiver_count() == 0;
        if is_alone {
            *reader = Reader::Away;
        }
        is_alone
    }

    /// Answers whether events are known to be there that cannot be told yet.
    async fn tell(
        &self,
        heard: &Heard,
        followed: &BTreeSet<RunId>,
        told: &mut Told,
    ) -> Result<bool, ApiError> {
        let sizes = match heard.logs {
            HeardLogs::Some(ref sizes) => sizes.clone(),
            HeardLogs::Unclear => self.measure(followed, &told.logs).await,
        };
        let mut grown = told.logs.grown(&sizes, followed);
        let used = heard.usage.iter().filter(|(run, _)| followed.contains(run));
        grown.extend(used.map(|(run, sample)| Message::usage(*run, *sample)));
        if !grown.is_empty() {
            let _ = self.news.send(Arc::new(News::Logs(grown)));
        }
        if heard.events { Ok(self.tell_events(told).await?) } else { Ok(false) }
    }

    async fn tell_events(&self, told: &mut Told) -> store::Result<bool> {
        loop {
            let after = told.until;
            let found = events::after(&self.ctx.db, after, PORTION).await?;
            if found.cursor == after {
                return Ok(found.unsettled);
            }
            // Who comes after these were read finds them himself.
            let followed = self.followed();
            let messages = told.teller.messages(&self.ctx.db, &found, &followed).await?;
            // An error means that nobody listens.
            let _ = self.news.send(Arc::new(News::Events { after, until: found.cursor, messages }));
            told.until = found.cursor;
            // What is committed after it was read comes with a hint of its own.
            if !found.is_cut {
                return Ok(found.unsettled);
            }
        }
    }

    /// The sizes of the followed logs that still grow.
    async fn measure(&self, followed: &BTreeSet<RunId>, logs: &Logs) -> BTreeMap<RunId, LogChange> {
        let mut directories = Vec::new();
        for run in followed.iter().filter(|run| !logs.is_complete(**run)) {
            directories.extend(self.logs.directory(*run).await.map(|directory| (*run, directory)));
        }
        let measured = tokio::task::spawn_blocking(move || {
            let size = |(run, directory): (RunId, PathBuf)| {
                Some((run, LogReader::open(&directory).ok()?.size()))
            };
            directories
                .into_iter()
                .filter_map(size)
                .map(|(run, size)| (run, change(run, size)))
                .collect()
        });
        measured.await.unwrap_or_default()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.shared.seats();
        seats.taken -= 1;
        for run in &self.followed {
            let count = seats.followed.get_mut(run).map_or(0, |count| {
                *count -= 1;
                *count
            });
            if count == 0 {
                seats.followed.remove(run);
            }
        }
    }
}

/// What was told to all clients.
struct Told {
    until: Cursor,
    teller: Teller,
    logs: Logs,
}
