//! One test as far as it is known.

use crate::domain::{PhaseReport, Section, TestOutcome, TestReport};

/// Bytes of the tracebacks of one test, and of its sections. The runner keeps to them; what it says can be forged.
const LONGEST_TRACEBACK: usize = 256 * 1024;
const LONGEST_SECTIONS: usize = 1024 * 1024;
/// Phases of one test: three, and those of its repetitions.
const MOST_PHASES: usize = 100;

#[derive(Debug)]
pub struct Test {
    pub report: TestReport,
    pub reported: bool,
    pub marked: bool,
}

impl Test {
    pub fn new(number: i64) -> Self {
        Self {
            report: TestReport {
                number,
                nodeid: String::new(),
                outcome: TestOutcome::Running,
                duration_ms: None,
                message: None,
                traceback: None,
                phases: Vec::new(),
                sections: Vec::new(),
                from_line: None,
                to_line: None,
                memory: None,
                file_key: None,
                started_at: None,
            },
            reported: false,
            marked: false,
        }
    }

    /// Whether it has begun and no report of it has come.
    pub fn is_running(&self) -> bool {
        !self.reported && !self.report.nodeid.is_empty()
    }

    pub fn add_phase(
        &mut self,
        phase: PhaseReport,
        traceback: Option<String>,
        sections: Vec<(String, String)>,
    ) {
        let report = &mut self.report;
        if report.phases.len() < MOST_PHASES {
            report.phases.push(phase);
        }
        if report.traceback.is_none() {
            report.traceback = traceback;
            if let Some(text) = &mut report.traceback {
                shorten(text, LONGEST_TRACEBACK);
            }
        }
        for (name, text) in sections {
            let held: usize =
                report.sections.iter().map(|held| held.name.len() + held.text.len()).sum();
            if held + name.len() + text.len() <= LONGEST_SECTIONS {
                report.sections.push(Section { name, text });
            }
        }
    }

    /// Several parts of one test may fail; its traceback holds those of all of them, up to a bound.
    pub fn add_part(&mut self, description: &str, traceback: Option<String>) {
        let whole = self.report.traceback.get_or_insert_default();
        if whole.len() < LONGEST_TRACEBACK {
            let space = if whole.is_empty() { "" } else { "\n\n" };
            *whole += &format!("{space}{description}\n{}", traceback.unwrap_or_default());
            shorten(whole, LONGEST_TRACEBACK);
        }
    }
}

pub fn shorten(text: &mut String, limit: usize) {
    text.truncate(text.floor_char_boundary(limit));
}
