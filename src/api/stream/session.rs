//! The sequence of events that one client sees.

use axum::body::Bytes;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use super::feed::{News, Seat};
use super::message::{Message, Teller, lines};
use super::present::{Present, log_change};
use super::topics::Topics;
use crate::api::AppState;
use crate::api::problem::ApiError;
use crate::store::events::{self, Cursor};
use crate::store::runs;
use crate::wire::Reset;

/// Events read at a time.
const PORTION: u32 = 100;
/// In milliseconds: when a browser comes back after it was cut off.
const RETRY: &str = "retry: 1000\n\n";

/// One client.
pub struct Session {
    state: AppState,
    topics: Topics,
    seat: Seat,
    /// What the client has seen, once it has seen the present state.
    cursor: Cursor,
    step: Step,
    /// When a sign of life is due.
    quiet_until: Instant,
}

/// Where a session is.
enum Step {
    /// Nothing was sent yet.
    Opening { reset: Option<&'static str>, then: Box<Step> },
    /// The present state is being told.
    Present(Present),
    /// Events after the cursor are read from the store.
    CatchingUp(Teller),
    /// Events come from the feed.
    Live,
}

impl Session {
    /// Starts with the present state, or after `cursor`.
    ///
    /// # Errors
    /// When the store does not answer, or there are too many streams.
    pub async fn open(
        state: AppState,
        topics: Topics,
        cursor: Option<Cursor>,
    ) -> Result<Self, ApiError> {
        // Seated before reading, or what happens in between is missed.
        let seat = state.feed.join(&topics, state.settings.limits.streams).await?;
        let latest = events::latest(&state.ctx.db).await?;
        let (reset, cursor, then) = match cursor.filter(|cursor| *cursor != Cursor::default()) {
            None => (None, latest, Step::Present(Present::of(&topics))),
            Some(cursor) => match lost(&state, cursor, latest).await? {
                None => (None, cursor, Step::CatchingUp(Teller::default())),
                reset => (reset, latest, Step::Present(Present::of(&topics))),
            },
        };
        let step = Step::Opening { reset, then: Box::new(then) };
        Ok(Self { state, topics, seat, cursor, step, quiet_until: Instant::now() })
    }

    /// What to send next; `None` ends the stream, and the client may come back with its cursor.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            match self.advance().await {
                Ok(Next::Nothing) => {}
                Ok(Next::Text(text)) => {
                    self.quiet_until = Instant::now() + self.state.settings.limits.silence;
                    return Some(text);
                }
                Ok(Next::End) => return None,
                Err(error) => {
                    tracing::warn!(%error, "a stream ends early");
                    return None;
                }
            }
        }
    }

    async fn advance(&mut self) -> Result<Next, ApiError> {
        match &mut self.step {
            Step::Opening { reset, then } => {
                let text = opening(*reset);
                self.step = std::mem::replace(&mut **then, Step::Live);
                Ok(Next::Text(text.into()))
            }
            Step::Present(present) => {
                let portion = present.next(&self.state, self.cursor).await?;
                Ok(Next::Text(portion.unwrap_or_else(|| {
                    self.step = Step::CatchingUp(Teller::default());
                    format!("id: {}\n\n", self.cursor).into()
                })))
            }
            Step::CatchingUp(_) => self.catch_up().await,
            Step::Live => self.live().await,
        }
    }

    async fn catch_up(&mut self) -> Result<Next, ApiError> {
        let Step::CatchingUp(teller) = &mut self.step else { return Ok(Next::Nothing) };
        let db = &self.state.ctx.db;
        let found = events::after(db, self.cursor, PORTION).await?;
        if found.cursor == self.cursor {
            self.step = Step::Live;
            return Ok(Next::Nothing);
        }
        let messages = teller.messages(db, &found, &self.topics.runs).await?;
        Ok(self.tell(&messages, found.cursor))
    }

    async fn live(&mut self) -> Result<Next, ApiError> {
        let news = tokio::select! {
            news = self.seat.news.recv() => news,
            () = sleep_until(self.quiet_until) => {
                // Also lets the client know how far it is when nothing concerned it.
                return Ok(Next::Text(format!(": still here\nid: {}\n\n", self.cursor).into()));
            }
            () = self.state.closed() => return Ok(Next::End),
        };
        match news {
            Ok(news) => Ok(self.hear(&news)),
            Err(RecvError::Lagged(_)) => self.after_lag().await,
            Err(RecvError::Closed) => Ok(Next::End),
        }
    }

    fn hear(&mut self, news: &News) -> Next {
        match news {
            News::Logs(messages) => self.tell(messages, self.cursor),
            News::Events { after, until, .. }
                if *after > self.cursor || !until.is_of_same_primary(self.cursor) =>
            {
                // Something before it was missed, or numbers mean something else now.
                self.step = Step::CatchingUp(Teller::default());
                Next::Nothing
            }
            News::Events { until, .. } if *until <= self.cursor => Next::Nothing,
            News::Events { until, messages, .. } => self.tell(messages, *until),
        }
    }

    /// Too slow: what was missed is read from the store, and the logs are measured.
    async fn after_lag(&mut self) -> Result<Next, ApiError> {
        self.step = Step::CatchingUp(Teller::default());
        let followed: Vec<_> = self.topics.runs.iter().copied().collect();
        let mut logs = Vec::with_capacity(followed.len());
        for run in runs::find_many(&self.state.ctx.db, &followed).await? {
            logs.push(Message::log(&log_change(&self.state, &run).await?));
        }
        Ok(self.tell(&logs, self.cursor))
    }

    /// Only the last event carries the new cursor: whoever is cut off before it has not seen everything.
    fn tell(&mut self, messages: &[Message], until: Cursor) -> Next {
        let before = std::mem::replace(&mut self.cursor, until);
        let wanted: Vec<_> = messages.iter().filter(|one| self.topics.want(one.about)).collect();
        let Some((last, others)) = wanted.split_last() else { return Next::Nothing };
        let mut text = String::new();
        for message in others {
            message.write(&mut text, before);
        }
        last.write(&mut text, until);
        Next::Text(text.into())
    }
}

enum Next {
    Text(Bytes),
    Nothing,
    End,
}

fn opening(reset: Option<&str>) -> String {
    let mut text = RETRY.to_owned();
    if let Some(reason) = reset {
        text.push_str(&lines("reset", &Reset { reason: reason.to_owned() }));
        text.push_str(&format!("id: {}\n\n", Cursor::default()));
    }
    text
}

/// Why the stream cannot go on after `cursor`, when it cannot.
async fn lost(
    state: &AppState,
    cursor: Cursor,
    latest: Cursor,
) -> Result<Option<&'static str>, ApiError> {
    if latest != Cursor::default() && !cursor.is_of_same_primary(latest) {
        return Ok(Some("the database has another primary now"));
    }
    if cursor > latest {
        return Ok(Some("the cursor is not of this history"));
    }
    let oldest = events::oldest(&state.ctx.db).await?;
    Ok(oldest
        .is_some_and(|oldest| cursor < oldest)
        .then_some("what came after the cursor is not kept any more"))
}
