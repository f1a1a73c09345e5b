//! Carries hints between the hosts that share a PostgreSQL database.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::live::{Hears, Hint, Live};
use crate::store::{self, About, Db, NoticeSender, Notices};

/// After the database did not answer.
const PAUSE: Duration = Duration::from_millis(250);
/// Between two messages to other hosts. The first is sent at once; what many runs say in a moment is said together, because
/// each message wakes every process of every host.
const GAP: Duration = Duration::from_millis(10);
/// Hints sent at a time.
const PORTION: usize = 256;

/// Joins the other hosts, if the database is one that can be shared. `home` says which hints are this host's own: they
/// have reached everybody here already.
pub async fn join(db: &Db, live: Live, home: &str) -> store::Result<Live> {
    let about: &[_] = match live.hears() {
        Hears::Everything => &[About::Work, About::Show],
        Hears::Work => &[About::Work],
    };
    let Some(notices) = Notices::open(db, about).await? else { return Ok(live) };
    let (live, hints) = live.with_far();
    tokio::spawn(tell(notices.sender(), hints, home.to_owned()));
    tokio::spawn(hear(notices, live.clone(), home.to_owned()));
    Ok(live)
}

/// What comes while a statement is under way goes into the next one.
async fn tell(notices: NoticeSender, mut hints: mpsc::Receiver<Hint>, home: String) {
    let mut waiting = Vec::with_capacity(PORTION);
    while hints.recv_many(&mut waiting, PORTION).await > 0 {
        let mut texts: Vec<(About, String)> = Vec::with_capacity(waiting.len());
        for hint in waiting.drain(..) {
            let about = if hint.is_to_show() { About::Show } else { About::Work };
            let text = (about, format!("{home} {}", hint.encode()));
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        if let Err(error) = notices.send(&texts).await {
            // A lost hint costs only delay.
            tracing::warn!(%error, "cannot tell other hosts that something is new");
            tokio::time::sleep(PAUSE).await;
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
            // It is closed when all connections are given back, so also the one that listens.
            Err(error) if error.is_closed() => return,
            Err(error) => {
                tracing::warn!(%error, "cannot hear other hosts; trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
