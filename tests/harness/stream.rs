//! The live feed, read in a thread of its own so that waiting for an event has an end.

use std::io::{BufRead, BufReader};
use std::sync::mpsc::{Receiver, channel};

use proctor::wire::{LogChange, Run};
use serde::de::DeserializeOwned;

use super::wait::Deadline;

/// One event; without a name it only says how far the client is.
#[derive(Debug, Clone, Default)]
pub struct Event {
    pub name: String,
    pub data: String,
    pub id: String,
}

/// Events as they come.
pub struct Stream {
    events: Receiver<Event>,
    /// Of the last event that was taken.
    pub last_event_id: String,
}

impl Stream {
    pub(super) fn open(
        agent: &ureq::Agent,
        address: &str,
        topics: &str,
        last_event_id: Option<&str>,
    ) -> Self {
        let mut request = agent.get(format!("{address}/api/v1/stream?topics={topics}"));
        if let Some(id) = last_event_id {
            request = request.header("Last-Event-ID", id);
        }
        let answer = request.call().unwrap();
        assert_eq!(answer.status(), 200);
        let (sender, events) = channel();
        std::thread::spawn(move || {
            let mut event = Event::default();
            let lines = BufReader::new(answer.into_body().into_reader()).lines();
            // An error is a server that was killed: the stream ends.
            for line in lines.map_while(Result::ok) {
                match line.split_once(": ") {
                    Some(("event", name)) => name.clone_into(&mut event.name),
                    Some(("data", data)) => data.clone_into(&mut event.data),
                    Some(("id", id)) => id.clone_into(&mut event.id),
                    _ if !line.is_empty() || event.id.is_empty() => {}
                    _ if sender.send(std::mem::take(&mut event)).is_err() => return,
                    _ => {}
                }
            }
        });
        Self { events, last_event_id: last_event_id.unwrap_or_default().to_owned() }
    }

    /// The next event; `None` when the time is over or the server has ended the stream.
    pub fn next(&mut self, deadline: Deadline) -> Option<Event> {
        let event = self.events.recv_timeout(deadline.left()).ok()?;
        self.last_event_id.clone_from(&event.id);
        Some(event)
    }
}

impl Event {
    pub fn run(&self) -> Option<Run> {
        self.read("run")
    }

    pub fn log(&self) -> Option<LogChange> {
        self.read("log")
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        (self.name == name).then(|| serde_json::from_str(&self.data).unwrap())
    }
}
