//! Reads the live feed: server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use std::io::{self, BufRead, BufReader, Read};
use std::sync::mpsc::Sender;
use std::time::Duration;

use super::client::Client;
use super::error::CliError;
use super::follow::News;
use crate::wire::stream::LogChange;
use crate::wire::{LogState, Run};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Bytes of one line of the feed; a longer one is no feed of ours.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;

/// Tells `news` what happens to run `id`, until nobody listens. A connection that breaks is made again and goes on
/// after the last event that came; pauses between attempts grow up to 5 s.
pub fn listen(client: &Client, id: i64, news: &Sender<News>) {
    let mut last_event_id = None;
    let mut pause = FIRST_PAUSE;
    loop {
        let ended = match client.stream(id, last_event_id.as_deref()) {
            Ok(body) => {
                let mut events = EventReader::new(body);
                let ended = pass_on(&mut events, id, news, &mut pause);
                last_event_id = events.last_id.or(last_event_id);
                ended
            }
            Err(error) => Some(error),
        };
        if ended.is_some_and(|error| news.send(News::NoContact(error)).is_err()) {
            return;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
        if news.send(News::Trying).is_err() {
            return;
        }
    }
}

/// Until the connection ends; none when the server closed it in order.
fn pass_on(
    events: &mut EventReader<impl Read>,
    id: i64,
    news: &Sender<News>,
    pause: &mut Duration,
) -> Option<CliError> {
    loop {
        match events.next_event() {
            Ok(Some(event)) => {
                *pause = FIRST_PAUSE;
                if let Some(found) = read_event(&event, id)
                    && news.send(found).is_err()
                {
                    return None;
                }
            }
            Ok(None) | Err(_) => return None,
        }
    }
}

/// What an event says of run `id`; others, and what this version does not know, say nothing.
fn read_event(event: &Event, id: i64) -> Option<News> {
    match event.name.as_str() {
        "run" => {
            let run: Run = serde_json::from_str(&event.data).ok()?;
            (run.id == id).then(|| News::Run(Box::new(run)))
        }
        "log" => {
            let LogChange { run_id, lines, bytes, complete } =
                serde_json::from_str(&event.data).ok()?;
            (run_id == id).then_some(News::Log(LogState { lines, bytes, complete }))
        }
        _ => Some(News::Other),
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Event {
    name: String,
    data: String,
}

struct EventReader<R: Read> {
    lines: BufReader<R>,
    /// Where to go on.
    last_id: Option<String>,
}

impl<R: Read> EventReader<R> {
    fn new(body: R) -> Self {
        Self { lines: BufReader::new(body), last_id: None }
    }

    /// None at the end of the feed; an event that it ends within does not count.
    fn next_event(&mut self) -> io::Result<Option<Event>> {
        let mut event = Event::default();
        let mut id = None;
        loop {
            let mut line = String::new();
            let read = self.lines.by_ref().take(LONGEST_LINE).read_line(&mut line)?;
            if read == 0 || !line.ends_with('\n') {
                return Ok(None);
            }
            let line = line.trim_end_matches(['\n', '\r']);
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "" if line.is_empty() => {
                    self.last_id = id.or_else(|| self.last_id.take());
                    if event != Event::default() {
                        event.data.truncate(event.data.trim_end_matches('\n').len());
                        return Ok(Some(event));
                    }
                    id = None;
                }
                "event" => value.clone_into(&mut event.name),
                "data" => event.data.extend([value, "\n"]),
                "id" => id = Some(value.to_owned()),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(feed: &str) -> (Vec<(String, String)>, Option<String>) {
        let mut reader = EventReader::new(feed.as_bytes());
        let mut events = Vec::new();
        while let Some(event) = reader.next_event().unwrap() {
            events.push((event.name, event.data));
        }
        (events, reader.last_id)
    }

    fn event(name: &str, data: &str) -> (String, String) {
        (name.to_owned(), data.to_owned())
    }

    #[test]
    fn events_are_read_with_their_data_and_the_last_id() {
        let feed = ": hello\n\nevent: run\ndata: {}\nid: 0-1\n\nevent:log\r\ndata: a\r\ndata: b\r\nid: 0-2\r\n\r\n";
        let events = vec![event("run", "{}"), event("log", "a\nb")];
        assert_eq!(read(feed), (events, Some("0-2".to_owned())));
    }

    #[test]
    fn an_event_that_the_feed_ends_within_does_not_count_and_nor_does_its_id() {
        let feed = "event: run\ndata: {}\nid: 1\n\nevent: log\ndata: {}\nid: 2\n";
        assert_eq!(read(feed), (vec![event("run", "{}")], Some("1".to_owned())));
        assert_eq!(read("event: log\ndata: {\"run"), (vec![], None));
    }

    #[test]
    fn comments_unknown_fields_and_a_lone_id_say_nothing() {
        let feed = ": keep-alive\n\nretry: 100\n\nid: 7\n\nevent: log\ndata: x\n\n";
        assert_eq!(read(feed), (vec![event("log", "x")], Some("7".to_owned())));
    }

    #[test]
    fn what_concerns_another_run_says_nothing() {
        let log = |run: i64| Event {
            name: "log".to_owned(),
            data: format!(
                r#"{{"run_id": {run}, "lines": 1, "bytes": 2, "complete": false, "new_field": 1}}"#
            ),
        };
        assert!(matches!(read_event(&log(12), 12), Some(News::Log(LogState { bytes: 2, .. }))));
        assert!(read_event(&log(13), 12).is_none());
    }
}
