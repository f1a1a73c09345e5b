//! The report that CI systems read: `JUnit` XML of a run, in the shape of pytest's own (`junit_family=xunit2`) with the
//! file of each test case beside it, for links.

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
}

impl<W: Write> JunitReport<W> {
    /// Begins the report of `run`, whose counts it tells: those of its progress.
    ///
    /// # Errors
    /// That of `sink`.
    pub fn begin(sink: W, run: &Run) -> io::Result<Self> {
        let mut report = Self { writer: Writer::new(sink), trouble: trouble(run) };
        report.write(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        report.open("testsuites", &[("name", "pytest tests")])?;
        let counts = run.progress;
        let own = i64::from(report.trouble.is_some());
        let duration = run.duration_ms.and_then(|duration| u64::try_from(duration).ok());
        let duration = Duration::from_millis(duration.unwrap_or(0));
        let skipped = counts.skipped + counts.xfailed;
        let errors = counts.error + own;
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
            [("classname", &*classname), ("name", &name), ("file", file), ("time", &time)];
        self.open("testcase", &attributes)?;
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
                let lost = "it started and has no report: it crashed, hung or was stopped";
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
mod tests {
    use super::*;
    use crate::domain::Millis;
    use crate::wire::run::{EnvironmentName, Progress};
    use crate::wire::test_case::{Phase, Section};
    use crate::wire::{State, Timestamp};
    use quick_xml::Reader;

    fn run(outcome: Outcome, reason: Option<&str>) -> Run {
        Run {
            id: 112,
            requester: "ann <\"&".to_owned(),
            environment: Some(EnvironmentName { id: 7, name: "seven".to_owned() }),
            environment_any: None,
            targets: vec![".".to_owned()],
            plans: Vec::new(),
            template: None,
            state: State::Finished,
            outcome: Some(outcome),
            reason: reason.map(ToOwned::to_owned),
            attempt: 1,
            created_at: Timestamp(Millis(1_772_374_803_050)),
            started_at: Some(Timestamp(Millis(1_772_374_804_050))),
            finished_at: Some(Timestamp(Millis(1_772_374_805_300))),
            duration_ms: Some(1250),
            progress: Progress { collected: 2, passed: 1, failed: 1, ..Progress::default() },
            position: None,
            waits_for: None,
            start_mode: None,
            start_mode_reason: None,
            rerun_of: None,
            note: None,
            cancel: None,
        }
    }

    fn test(nodeid: &str, outcome: TestOutcome, message: Option<&str>) -> TestCase {
        TestCase {
            number: 0,
            nodeid: nodeid.to_owned(),
            outcome,
            duration_ms: Some(12.5),
            phases: Vec::new(),
            message: message.map(ToOwned::to_owned),
            traceback: None,
            sections: Vec::new(),
            log: None,
            memory: None,
        }
    }

    fn report(run: &Run, tests: &[TestCase]) -> String {
        let mut report = JunitReport::begin(Vec::new(), run).unwrap();
        tests.iter().try_for_each(|test| report.add(test)).unwrap();
        let text = String::from_utf8(report.end().unwrap()).unwrap();
        let mut reader = Reader::from_str(&text);
        reader.config_mut().check_end_names = true;
        while !matches!(reader.read_event().unwrap(), Event::Eof) {}
        text
    }

    #[test]
    fn a_report_looks_like_that_of_pytest() {
        let mut failed =
            test("a/test_b.py::C::test_d[x::y/z]", TestOutcome::Failed, Some("assert 1 < \"0\""));
        failed.traceback = Some("E   assert 1 < 0".to_owned());
        failed.sections = vec![
            Section { name: "Captured log call".to_owned(), text: "WARNING x\n".to_owned() },
            Section { name: "Captured stderr call".to_owned(), text: "err".to_owned() },
        ];
        let passed = test("a/test_b.py::test_e", TestOutcome::Passed, None);
        let report = report(&run(Outcome::Failed, Some("1 failed")), &[failed, passed]);
        insta::assert_snapshot!(report.replace("><", ">\n<"), @r##"
        <?xml version="1.0" encoding="utf-8"?>
        <testsuites name="pytest tests">
        <testsuite name="pytest" errors="0" failures="1" skipped="0" tests="2" time="1.250" timestamp="2026-03-01T14:20:04.050Z">
        <properties>
        <property name="proctor.run" value="112"/>
        <property name="proctor.environment" value="7"/>
        <property name="proctor.requester" value="ann &lt;&quot;&amp;"/>
        </properties>
        <testcase classname="a.test_b.C" name="test_d[x::y/z]" file="a/test_b.py" time="0.013">
        <failure message="assert 1 &lt; &quot;0&quot;">E   assert 1 &lt; 0</failure>
        <system-out>------------------------------ Captured log call -------------------------------
        WARNING x
        </system-out>
        <system-err>----------------------------- Captured stderr call -----------------------------
        err
        </system-err>
        </testcase>
        <testcase classname="a.test_b" name="test_e" file="a/test_b.py" time="0.013">
        </testcase>
        </testsuite>
        </testsuites>
        "##);
    }

    #[test]
    fn each_outcome_has_its_element() {
        let element = |test: &TestCase| {
            let report = report(&run(Outcome::Failed, None), std::slice::from_ref(test));
            let start = report
                .find("<testcase")
                .map(|start| start + report[start..].find('>').unwrap() + 1);
            start
                .map(|start| report[start..report.rfind("</testcase>").unwrap_or(start)].to_owned())
        };
        let of = |outcome| element(&test("t.py::t", outcome, Some("why")));
        assert_eq!(of(TestOutcome::Passed).unwrap(), "");
        assert_eq!(of(TestOutcome::Xpassed).unwrap(), "");
        assert_eq!(of(TestOutcome::Running), None);
        assert_eq!(of(TestOutcome::Failed).unwrap(), r#"<failure message="why">why</failure>"#);
        assert_eq!(
            of(TestOutcome::Skipped).unwrap(),
            r#"<skipped type="pytest.skip" message="why"/>"#
        );
        assert_eq!(
            of(TestOutcome::Xfailed).unwrap(),
            r#"<skipped type="pytest.xfail" message="why"/>"#
        );
        assert!(
            of(TestOutcome::Lost)
                .unwrap()
                .starts_with("<error message=\"it started and has no report")
        );
        let mut error = test("t.py::t", TestOutcome::Error, Some("why"));
        error.phases = vec![Phase {
            name: "setup".to_owned(),
            outcome: "failed".to_owned(),
            duration_ms: 1.0,
        }];
        assert_eq!(
            element(&error).unwrap(),
            r#"<error message="failed on setup with &quot;why&quot;">why</error>"#
        );
    }

    #[test]
    fn a_run_in_trouble_is_never_green() {
        let report = report(&run(Outcome::TimedOut, Some("after 60 s in test_a")), &[]);
        assert!(report.contains(r#"errors="1""#), "{report}");
        assert!(
            report.contains(r#"<error message="run 112: timed out: after 60 s in test_a">"#),
            "{report}"
        );
    }

    #[test]
    fn names_are_split_as_pytest_does() {
        let split = |nodeid| class_and_name(nodeid);
        assert_eq!(
            split("a/test_b.py::C::t[x::y]"),
            ("a.test_b.C".to_owned(), "t[x::y]".to_owned())
        );
        assert_eq!(split("test_b.py::t"), ("test_b".to_owned(), "t".to_owned()));
        assert_eq!(split("sub/test_imp.py"), (String::new(), "sub.test_imp".to_owned()));
    }

    #[test]
    fn what_xml_cannot_hold_is_made_visible_and_colours_go() {
        assert_eq!(valid("tab\tline\nplain ü漢😀"), "tab\tline\nplain ü漢😀");
        assert_eq!(
            valid("\u{1b}[31mred\u{1b}[0m \0 \u{1b}[2J \u{ffff}"),
            "red #x00 #x1B[2J #xFFFF"
        );
        let nasty = test("t.py::t[\u{1}<&\"]", TestOutcome::Failed, Some("]]> \u{8} </failure>"));
        report(&run(Outcome::Failed, None), &[nasty]);
    }
}
