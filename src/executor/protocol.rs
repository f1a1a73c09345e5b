//! What the runner says on its events pipe: one JSON object per line, version 1. Unknown kinds and keys are passed over.
//!
//! The lines come from the process of user code, which can write anything there: their length is bounded.

use serde::{Deserialize, Serialize};

use crate::domain::leak::LeakReport;
use crate::logs::Secrets;

/// Version of request and events.
pub const PROTOCOL: u32 = 1;
/// A longer line is no event of ours: the runner cuts each text at 256 KiB.
const LONGEST_LINE: usize = 8 * 1024 * 1024;

/// What the runner is to do.
#[derive(Debug, Serialize)]
pub struct Request<'a> {
    pub protocol: u32,
    pub mode: Mode,
    pub nonce: &'a str,
    pub targets: &'a [String],
    pub keyword: Option<&'a str>,
    pub markers: Option<&'a str>,
    pub max_failures: Option<u32>,
    /// Makes it a leak hunt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leak_iterations: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Run,
    Collect,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    SessionStarted {},
    Collected {
        total: i64,
        /// In collect mode only.
        #[serde(default)]
        items: Vec<Case>,
    },
    CollectError {
        nodeid: String,
        message: Option<String>,
        traceback: Option<String>,
    },
    TestStarted {
        index: i64,
        nodeid: String,
        /// In milliseconds since the Unix epoch.
        #[serde(default)]
        at: Option<i64>,
    },
    Phase {
        index: i64,
        phase: String,
        outcome: String,
        duration_ms: f64,
        message: Option<String>,
        traceback: Option<String>,
        #[serde(default)]
        sections: Vec<(String, String)>,
    },
    /// A part of a test that failed or passed for itself.
    Subtest {
        index: i64,
        description: String,
        outcome: String,
        traceback: Option<String>,
    },
    TestFinished {
        index: i64,
        outcome: String,
        duration_ms: f64,
        message: Option<String>,
        /// Resident bytes before it, at most during it, and after it.
        #[serde(default)]
        memory: Option<[i64; 3]>,
    },
    Warning {},
    Leak(Box<LeakReport>),
    SessionFinished {
        exit_status: i32,
    },
    #[serde(other)]
    Unknown,
}

impl Event {
    /// All that a test may have written of.
    pub fn texts(&mut self) -> Vec<&mut String> {
        match self {
            Self::CollectError { nodeid, message, traceback } => {
                [Some(nodeid), message.as_mut(), traceback.as_mut()].into_iter().flatten().collect()
            }
            Self::TestStarted { nodeid, .. } => vec![nodeid],
            Self::Phase { message, traceback, sections, .. } => {
                let sections = sections.iter_mut().flat_map(|(name, text)| [name, text]);
                message.iter_mut().chain(traceback).chain(sections).collect()
            }
            Self::Subtest { description, traceback, .. } => {
                [Some(description), traceback.as_mut()].into_iter().flatten().collect()
            }
            Self::TestFinished { message, .. } => message.iter_mut().collect(),
            Self::Leak(report) => report.texts().collect(),
            Self::SessionStarted {}
            | Self::Collected { .. }
            | Self::Warning {}
            | Self::SessionFinished { .. }
            | Self::Unknown => Vec::new(),
        }
    }
}

/// A collected test case and the line, from 1, on which it begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub nodeid: String,
    pub line: Option<i64>,
}

/// Cuts a stream of bytes into events.
#[derive(Debug, Default)]
pub struct EventReader {
    held: Vec<u8>,
    /// Within a line that is too long, whose rest is passed over.
    skipping: bool,
    secrets: Secrets,
}

impl EventReader {
    /// Hides these in all that events say.
    pub fn hiding(secrets: Secrets) -> Self {
        Self { secrets, ..Self::default() }
    }

    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The events that are complete with these bytes.
    pub fn push(&mut self, mut bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            self.hold(&bytes[..end]);
            bytes = &bytes[end + 1..];
            if !std::mem::take(&mut self.skipping)
                && let Ok(event) = serde_json::from_slice::<Event>(&self.held)
            {
                events.push(self.without_secrets(event));
            }
            self.held.clear();
        }
        self.hold(bytes);
        events
    }

    fn without_secrets(&self, mut event: Event) -> Event {
        event.texts().into_iter().for_each(|text| self.secrets.mask(text));
        event
    }

    fn hold(&mut self, bytes: &[u8]) {
        if self.held.len() + bytes.len() > LONGEST_LINE {
            self.skipping = true;
            self.held = Vec::new();
        }
        if !self.skipping {
            self.held.extend_from_slice(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_found_whatever_the_portions() {
        let text = b"{\"kind\":\"session_started\",\"seq\":1}\nnonsense\n{\"kind\":\"weather\"}\n\
                     {\"kind\":\"session_finished\",\"exit_status\":5}\n";
        for size in 1..text.len() {
            let mut reader = EventReader::default();
            let events: Vec<_> = text.chunks(size).flat_map(|part| reader.push(part)).collect();
            let expected = vec![
                Event::SessionStarted {},
                Event::Unknown,
                Event::SessionFinished { exit_status: 5 },
            ];
            assert_eq!(events, expected);
        }
    }

    /// The runner's own tests write these files: each side shows that it speaks what they hold.
    fn golden(name: &str) -> std::io::Result<Vec<u8>> {
        let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/protocol");
        std::fs::read(directory.join(name))
    }

    #[test]
    fn every_recorded_session_is_understood() -> std::io::Result<()> {
        for (name, exit_status, finished) in [
            ("collect", 0, 0),
            ("collect_errors", 2, 0),
            ("filtered", 1, 1),
            ("no_tests", 5, 0),
            ("outcomes", 1, 13),
            ("passed", 0, 1),
            ("subtests", 1, 1),
        ] {
            let bytes = golden(&format!("{name}.events.jsonl"))?;
            let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
            let events = EventReader::default().push(&bytes);
            assert_eq!(events.len(), lines, "{name}: every line is an event");
            assert!(!events.contains(&Event::Unknown), "{name}: {events:?}");
            assert_eq!(events.last(), Some(&Event::SessionFinished { exit_status }), "{name}");
            let ended = |event: &&Event| matches!(event, Event::TestFinished { .. });
            assert_eq!(events.iter().filter(ended).count(), finished, "{name}");
        }
        Ok(())
    }

    #[test]
    fn a_request_is_what_the_runner_reads() -> Result<(), Box<dyn std::error::Error>> {
        let recorded: serde_json::Value = serde_json::from_slice(&golden("passed.request.jsonl")?)?;
        let request = Request {
            protocol: PROTOCOL,
            mode: Mode::Run,
            nonce: "0123456789abcdef0123456789abcdef",
            targets: &["test_a.py".to_owned()],
            keyword: None,
            markers: None,
            max_failures: None,
            leak_iterations: None,
        };
        assert_eq!(serde_json::to_value(&request)?, recorded);
        Ok(())
    }

    #[test]
    fn a_line_without_end_takes_no_memory_and_the_next_one_counts() {
        let mut reader = EventReader::default();
        let block = vec![b'x'; 1024 * 1024];
        for _ in 0..10 {
            assert!(reader.push(&block).is_empty());
        }
        assert!(reader.held.capacity() <= LONGEST_LINE);
        let events = reader.push(b"\n{\"kind\":\"session_started\"}\n");
        assert_eq!(events, vec![Event::SessionStarted {}]);
    }
}
