//! The log on the standard output, and on the standard error words about the run: on a terminal one line that renews
//! itself below the log, elsewhere a line per change.

use std::io::{self, IsTerminal, Write};

use super::error::CliError;
use super::text::{Filter, Text};

/// Back to the beginning of the line and clear it.
const CLEAR: &str = "\r\x1b[K";

pub struct Screen {
    filter: Filter,
    passed: Vec<u8>,
    /// The standard error is a terminal.
    is_live: bool,
    /// The log goes to the same terminal.
    shares_line: bool,
    /// What was printed last does not end its line.
    is_mid_line: bool,
    /// The status line, while it is there.
    status: String,
}

impl Screen {
    pub fn new(text: Text) -> Self {
        Self {
            filter: Filter::new(text),
            passed: Vec::new(),
            is_live: io::stderr().is_terminal(),
            shares_line: io::stdout().is_terminal(),
            is_mid_line: false,
            status: String::new(),
        }
    }

    /// Prints a part of the log.
    pub fn print(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        self.clear_status();
        self.passed.clear();
        self.filter.pass(bytes, &mut self.passed);
        let mut stdout = io::stdout().lock();
        stdout.write_all(&self.passed).and_then(|()| stdout.flush()).map_err(CliError::Output)?;
        if let Some(last) = self.passed.last() {
            self.is_mid_line = self.shares_line && *last != b'\n';
        }
        Ok(())
    }

    /// Says something that stays.
    pub fn say(&mut self, words: &str) {
        self.clear_status();
        let start = if self.is_mid_line && self.is_live { "\n" } else { "" };
        self.is_mid_line = false;
        write_error(&format!("{start}{words}\n"));
    }

    /// Asks something that is answered on the same line.
    pub fn ask(&mut self, question: &str) {
        self.clear_status();
        let start = if self.is_mid_line { "\n" } else { "" };
        self.is_mid_line = false;
        write_error(&format!("{start}{question} "));
    }

    /// Renews the line below the log; nothing when there is no terminal.
    pub fn status(&mut self, words: &str) {
        if self.is_live && !self.is_mid_line && self.status != words {
            // Without wrapping, or a long one would not be cleared whole.
            write_error(&format!("{CLEAR}\x1b[?7l{words}\x1b[?7h"));
            words.clone_into(&mut self.status);
        }
    }

    pub fn clear_status(&mut self) {
        if !self.status.is_empty() {
            write_error(CLEAR);
            self.status.clear();
        }
    }
}

/// Whoever closed the standard error does not want to know.
fn write_error(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
