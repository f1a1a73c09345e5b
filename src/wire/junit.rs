//! The report that CI systems read: `JUnit` XML of a run, in the shape of pytest's own (`junit_family=xunit2`), which is
//! that of Jenkins' schema. Where links are wanted, the file of each test case stands beside it.

use std::borrow::Cow;
use std::io::{self, Write};
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::{Outcome, Run, TestCase, TestOutcome};

/// One report that is being written, test case by test case, so that a long one needs no memory.
pub struct JunitReport<W: Write> {
    writer: Writer<W>,
    trouble: Option<String>,
    /// Each test case names its file: GitLab makes links of that, Jenkins' schema does not know it.
    pub names_files: bool,
}

impl<W: Write> JunitReport<W> {
    /// Begins the report of `run`, whose counts it tells: those of its progress, and test cases that were `lost`.
    ///
    /// # Errors
    /// That of `sink`.
    pub fn begin(sink: W, run: &Run, lost: i64) -> io::Result<Self> {
        let writer = Writer::new(sink);
        let mut report = Self { writer, trouble: trouble(run), names_files: false };
        report.write(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        report.open("testsuites", &[("name", "pytest tests")])?;
        let counts = run.progress;
        let own = i64::from(report.trouble.is_some());
        let duration = run.duration_ms.and_then(|duration| u64::try_from(duration).ok());
        let duration = Duration::from_millis(duration.unwrap_or(0));
        let skipped = counts.skipped + counts.xfailed;
        let errors = counts.error + lost + own;
        let tests = counts.passed + counts.failed + counts.xpassed + skipped + errors;
        report.open(
            "testsuite",
            &[
                ("name", "pytest"),
                ("errors", &errors.to_string()),
                ("failures", &counts.failed.to_string()),
                ("skipped", &skipped.to_string()),
                ("tests", &tests.to_string()),
                ("time", &seconds(duration.as_secs_f64())),
                ("timestamp", &run.started_at.unwrap_or(run.created_at).to_string()),
            ],
        )?;
        report.properties(run)?;
        Ok(report)
    }

    /// Adds a test case; one that still runs is left out.
    ///
    /// # Errors
    /// That of the sink.
    pub fn add(&mut self, test: &TestCase) -> io::Result<()> {
        if test.outcome == TestOutcome::Running {
            return Ok(());
        }
        let (classname, name) = class_and_name(&test.nodeid);
        let time = seconds(test.duration_ms.unwrap_or(0.0) / 1000.0);
        let file = test.nodeid.split("::").next().unwrap_or_default();
        let attributes =
            [("classname", &*classname), ("name", &name), ("time", &time), ("file", file)];
        self.open("testcase", &attributes[..3 + usize::from(self.names_files)])?;
        self.outcome(test)?;
        self.captured("system-out", test, |section| !is_stderr(section))?;
        self.captured("system-err", test, is_stderr)?;
        self.close("testcase")
    }

    /// Ends the report and gives the sink back. A run that ended in trouble has one more test case that says so, or a CI
    /// job would show it green.
    ///
    /// # Errors
    /// That of the sink.
    pub fn end(mut self) -> io::Result<W> {
        if let Some(trouble) = self.trouble.take() {
            self.open("testcase", &[("classname", "proctor"), ("name", "run"), ("time", "0.000")])?;
            self.element("error", &[("message", &trouble)], &trouble)?;
            self.close("testcase")?;
        }
        self.close("testsuite")?;
        self.close("testsuites")?;
        Ok(self.writer.into_inner())
    }

    fn properties(&mut self, run: &Run) -> io::Result<()> {
        self.open("properties", &[])?;
        for (name, value) in [
            ("proctor.run", run.id.to_string()),
            ("proctor.environment", run.environment_words()),
            ("proctor.requester", run.requester.clone()),
        ] {
            self.element("property", &[("name", name), ("value", &value)], "")?;
        }
        self.close("properties")
    }

    fn outcome(&mut self, test: &TestCase) -> io::Result<()> {
        let message = test.message.as_deref().unwrap_or_default();
        let text = test.traceback.as_deref().unwrap_or(message);
        match test.outcome {
            TestOutcome::Passed | TestOutcome::Xpassed | TestOutcome::Running => Ok(()),
            TestOutcome::Failed => self.element("failure", &[("message", message)], text),
            TestOutcome::Error => {
                self.element("error", &[("message", &error_message(test, message))], text)
            }
            TestOutcome::Lost => {
                let unknown = "it started and has no report: it crashed, hung or was stopped";
                let lost = test.message.as_deref().unwrap_or(unknown);
                self.element("error", &[("message", lost)], text)
            }
            TestOutcome::Skipped => {
                self.element("skipped", &[("type", "pytest.skip"), ("message", message)], "")
            }
            TestOutcome::Xfailed => {
                self.element("skipped", &[("type", "pytest.xfail"), ("message", message)], "")
            }
        }
    }

    fn captured(
        &mut self,
        tag: &str,
        test: &TestCase,
        belongs: impl Fn(&str) -> bool,
    ) -> io::Result<()> {
        let mut text = String::new();
        for section in test.sections.iter().filter(|section| belongs(&section.name)) {
            let title = format!(" {} ", section.name);
            text.extend([&*format!("{title:-^80}"), "\n", section.text.trim_end(), "\n"]);
        }
        if text.is_empty() { Ok(()) } else { self.element(tag, &[], &text) }
    }

    fn element(&mut self, tag: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        if text.is_empty() {
            return self.write(Event::Empty(start(tag, attributes)));
        }
        self.open(tag, attributes)?;
        self.write(Event::Text(BytesText::new(&valid(text))))?;
        self.close(tag)
    }

    fn open(&mut self, tag: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.write(Event::Start(start(tag, attributes)))
    }

    fn close(&mut self, tag: &str) -> io::Result<()> {
        self.write(Event::End(BytesEnd::new(tag)))
    }

    fn write(&mut self, event: Event<'_>) -> io::Result<()> {
        self.writer.write_event(event)
    }
}

fn start<'a>(tag: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(tag);
    for (name, value) in attributes {
        start.push_attribute((*name, &*valid(value)));
    }
    start
}

/// Why the run as a whole is no success, where its test cases do not tell it.
fn trouble(run: &Run) -> Option<String> {
    let word = match run.outcome? {
        Outcome::Passed | Outcome::Failed => return None,
        Outcome::Error => "error",
        Outcome::NoTests => "no tests",
        Outcome::TimedOut => "timed out",
        Outcome::Cancelled => "cancelled",
        Outcome::Lost => "lost",
    };
    Some(match &run.reason {
        Some(reason) => format!("run {}: {word}: {reason}", run.id),
        None => format!("run {}: {word}", run.id),
    })
}

fn error_message<'a>(test: &TestCase, message: &'a str) -> Cow<'a, str> {
    let broken =
        test.phases.iter().find(|phase| phase.outcome == "failed" || phase.outcome == "error");
    match broken {
        Some(phase) => Cow::Owned(format!("failed on {} with \"{message}\"", phase.name)),
        None => Cow::Borrowed(message),
    }
}

/// `a/test_b.py::C::test_d[x::y]` → `a.test_b.C`, `test_d[x::y]`, as pytest does it.
fn class_and_name(nodeid: &str) -> (String, String) {
    let (names, parameters) = nodeid.split_at(nodeid.find('[').unwrap_or(nodeid.len()));
    let mut parts = names.split("::");
    let path = parts.next().unwrap_or_default();
    let module = path.strip_suffix(".py").unwrap_or(path).replace('/', ".");
    let mut dotted: Vec<&str> = std::iter::once(module.as_str()).chain(parts).collect();
    let name = dotted.pop().unwrap_or_default();
    (dotted.join("."), format!("{name}{parameters}"))
}

fn is_stderr(section: &str) -> bool {
    section.contains("stderr")
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.3}")
}

/// Without colour codes, and with the characters that XML 1.0 cannot hold written as pytest writes them: `#x00`.
fn valid(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_valid) {
        return Cow::Borrowed(text);
    }
    let mut valid = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = colour_code(rest).unwrap_or_else(|| {
            if is_valid(next) {
                valid.push(next);
            } else {
                valid.extend([format!("#x{:02X}", u32::from(next))]);
            }
            next.len_utf8()
        });
        rest = &rest[length..];
    }
    Cow::Owned(valid)
}

/// <https://www.w3.org/TR/xml/#charsets>, and no DEL, which pytest does not let pass either.
fn is_valid(character: char) -> bool {
    !matches!(character,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}')
}

/// The length of the colour code (SGR) that `text` begins with.
fn colour_code(text: &str) -> Option<usize> {
    let codes = text.strip_prefix("\u{1b}[")?;
    let end = codes.find(|code: char| !matches!(code, '0'..='9' | ';' | ':'))?;
    codes[end..].starts_with('m').then_some(end + 3)
}

#[cfg(test)]
mod tests;
