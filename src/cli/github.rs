//! Tells GitHub Actions what failed, as annotations (workflow commands):
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use crate::wire::TestCase;

/// GitHub shows ten of a step and kind; the rest is in its log.
pub const MOST_ANNOTATIONS: usize = 50;

/// While this is in force, what tests print is no command.
pub struct Quiet {
    token: String,
}

impl Quiet {
    /// `token` must not be guessable by a test.
    pub fn new(token: String) -> Self {
        Self { token }
    }

    pub fn begin(&self) -> String {
        format!("::stop-commands::{}\n", self.token)
    }

    pub fn end(&self) -> String {
        format!("::{}::\n", self.token)
    }
}

/// One annotation at the line of the test file that the traceback ends in.
pub fn annotation(test: &TestCase) -> String {
    let file = test.nodeid.split("::").next().unwrap_or_default();
    let traceback = test.traceback.as_deref().unwrap_or_default();
    let line = line_in(file, traceback).map(|line| format!(",line={line}")).unwrap_or_default();
    let message = match (traceback, &test.message) {
        ("", Some(message)) => message,
        ("", None) => "no report",
        (traceback, _) => traceback,
    };
    let (file, title) = (property(file), property(&test.nodeid));
    format!("::error file={file}{line},title={title}::{}\n", data(message))
}

/// pytest ends each entry of a traceback with `file:line: what`. Of a test that hung there are the stacks of its threads.
fn line_in(file: &str, traceback: &str) -> Option<u64> {
    let in_traceback = |line: &str| {
        let rest = line.strip_prefix(file)?.strip_prefix(':')?;
        rest.split(':').next()?.parse().ok()
    };
    let in_stack = |line: &str| {
        let (_, rest) = line.split_once(&format!("/{file}\", line "))?;
        rest.split(' ').next()?.parse().ok()
    };
    let mut lines = traceback.lines();
    lines.clone().rev().find_map(in_traceback).or_else(|| lines.find_map(in_stack))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::TestOutcome;

    fn failed(nodeid: &str, traceback: Option<&str>) -> TestCase {
        TestCase {
            number: 0,
            nodeid: nodeid.to_owned(),
            outcome: TestOutcome::Failed,
            duration_ms: None,
            phases: Vec::new(),
            message: Some("assert 0".to_owned()),
            traceback: traceback.map(ToOwned::to_owned),
            sections: Vec::new(),
            log: None,
            memory: None,
            label: None,
            why: None,
            started_at: None,
        }
    }

    #[test]
    fn an_annotation_stands_at_the_line_of_the_test_file() {
        let traceback = "a/test_b.py:7: \n    helper()\nhelp.py:3: AssertionError";
        assert_eq!(
            annotation(&failed("a/test_b.py::t[x,1]", Some(traceback))),
            "::error file=a/test_b.py,line=7,title=a/test_b.py%3A%3At[x%2C1]::a/test_b.py:7: %0A    helper()%0A\
             help.py:3: AssertionError\n"
        );
    }

    #[test]
    fn a_test_that_hung_points_to_the_line_it_was_in() {
        let stacks = "Thread 0x1 (most recent call first):\n  File \"/lib/x.py\", line 1 in wait\n  \
                      File \"/tests/a/test_b.py\", line 7 in helper\n  File \"/tests/a/test_b.py\", line 9 in t\n";
        assert_eq!(line_in("a/test_b.py", stacks), Some(7));
        assert_eq!(line_in("b/test_b.py", stacks), None);
    }

    #[test]
    fn a_test_without_a_traceback_has_its_message() {
        assert_eq!(
            annotation(&failed("t.py::t", None)),
            "::error file=t.py,title=t.py%3A%3At::assert 0\n"
        );
    }

    #[test]
    fn no_text_ends_its_command() {
        let forged =
            annotation(&failed("t.py::t[\n::warning::x]", Some("100%\r\n::set-env name=PATH::x")));
        assert_eq!(forged.matches('\n').count(), 1);
        assert!(forged.contains("100%25%0D%0A::set-env"));
    }
}
