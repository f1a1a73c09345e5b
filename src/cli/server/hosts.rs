//! Carries hints between the hosts that share a PostgreSQL database.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};

use crate::live::{Hears, Hint, Live};
use crate::store::{self, About, Db, NoticeSender, Notices, Spokesman};

/// After the database did not answer.
const PAUSE: Duration = Duration::from_millis(250);
/// Between two messages to other hosts. The first is sent at once; what many runs say in a moment is said together, because
/// each message wakes every process of every host.
const GAP: Duration = Duration::from_millis(10);
/// How long new events of all hosts gather, to be told once.
const GATHER: Duration = Duration::from_millis(10);
/// Hints sent at a time.
const PORTION: usize = 256;
/// Whose hints are for every host, also for the one that tells them.
const NOBODY: &str = "";

/// Joins the other hosts, if the database is one that can be shared. `home` says which hints are this host's own: they
/// have reached everybody here already.
pub async fn join(db: &Db, live: Live, home: &str) -> store::Result<Live> {
    let about: &[_] = match live.hears() {
        Hears::Everything => &[About::Work, About::Show],
        Hears::Work => &[About::Work],
    };
    let Some(notices) = Notices::open(db, about).await? else { return Ok(live) };
    let (live, hints) = live.with_far();
    let events = Arc::new(Notify::new());
    let (told, spokesman) = (Arc::clone(&events), notices.spokesman());
    let (sender, name) = (notices.sender(), home.to_owned());
    tokio::spawn(async move {
        tokio::select! {
            () = tell(sender, hints, &events, &name) => {}
            () = tell_of_events(spokesman, &told) => {}
        }
    });
    tokio::spawn(hear(notices, live.clone(), home.to_owned()));
    Ok(live)
}

/// What comes while a statement is under way goes into the next one. New events are left to [`tell_of_events`].
async fn tell(notices: NoticeSender, mut hints: mpsc::Receiver<Hint>, events: &Notify, home: &str) {
    let mut waiting = Vec::with_capacity(PORTION);
    while hints.recv_many(&mut waiting, PORTION).await > 0 {
        let mut texts: Vec<(About, String)> = Vec::with_capacity(waiting.len());
        for hint in waiting.drain(..) {
            if hint == Hint::Events {
                events.notify_one();
                continue;
            }
            let about = if hint.is_to_show() { About::Show } else { About::Work };
            let text = (about, format!("{home} {}", hint.encode()));
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        if texts.is_empty() {
            continue;
        }
        if let Err(error) = notices.send(&texts).await {
            // A lost hint costs only delay.
            tracing::warn!(%error, "cannot tell other hosts that something is new");
            tokio::time::sleep(PAUSE).await;
        }
        tokio::time::sleep(GAP).await;
    }
}

/// Most commits have new events, and one message tells of those of all hosts.
async fn tell_of_events(spokesman: Spokesman, events: &Notify) {
    let text = format!("{NOBODY} {}", Hint::Events.encode());
    loop {
        events.notified().await;
        if let Err(error) = spokesman.send((About::Show, &text), GATHER).await {
            tracing::warn!(%error, "cannot tell other hosts that there are new events; trying again");
            tokio::time::sleep(PAUSE).await;
            events.notify_one();
        }
        tokio::time::sleep(GAP).await;
    }
}

async fn hear(mut notices: Notices, live: Live, home: String) {
    loop {
        match notices.next().await {
            Ok(Some(text)) => {
                let far = text.split_once(' ').filter(|(from, _)| *from != home);
                if let Some(hint) = far.and_then(|(_, hint)| Hint::decode(hint)) {
                    live.hear(hint);
                }
            }
            // What was said meanwhile is lost, so everything may be new.
            Ok(None) => Hint::UNSPECIFIC.into_iter().for_each(|hint| live.hear(hint)),
            Err(error) => {
                tracing::warn!(%error, "cannot hear other hosts; trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
