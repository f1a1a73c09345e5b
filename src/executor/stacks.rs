//! Where the threads of a run are, found in what it prints when it is asked: the words are those of Python's
//! `faulthandler`, <https://docs.python.org/3/library/faulthandler.html>.

use std::fmt::Write;
use std::path::Path;

use crate::logs::Secrets;

/// Bytes that are kept: as many as of a traceback.
const MOST: usize = 256 * 1024;
/// Of a line that does not end; `faulthandler` writes at most 500 characters of a path and of a name.
const LONGEST_LINE: usize = 4096;
const HEAD_END: &str = " (most recent call first):";
/// With these pytest calls a test, its fixtures, or the end of them.
const CALLS_OF_PYTEST: [&str; 4] = [
    " in pytest_pyfunc_call",
    " in call_fixture_func",
    " in _teardown_yield_fixture",
    "/_pytest/unittest.py\"",
];

/// Reads along with the output from the moment that a run is asked where it is.
#[derive(Debug, Default)]
pub struct Stacks {
    line: Vec<u8>,
    threads: Vec<Thread>,
    bytes: usize,
    /// The same threads are told once more.
    is_over: bool,
}

#[derive(Debug)]
struct Thread {
    head: String,
    /// The last one first.
    calls: Vec<String>,
}

impl Stacks {
    pub fn push(&mut self, mut bytes: &[u8]) {
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            self.hold(&bytes[..end]);
            bytes = &bytes[end + 1..];
            let line = std::mem::take(&mut self.line);
            self.take_line(&String::from_utf8_lossy(&line));
        }
        self.hold(bytes);
    }

    /// Whether it has begun to answer: `faulthandler` then goes on to its end, whatever signals come.
    pub fn have_begun(&self) -> bool {
        !self.threads.is_empty()
    }

    /// For people: the thread of the tests first, without the calls of pytest below the test. `None` if nothing was told.
    pub fn text(&self, secrets: &Secrets) -> Option<String> {
        let mut threads: Vec<_> = self.threads.iter().collect();
        threads.sort_by_key(|thread| !thread.runs_tests());
        let parts: Vec<_> = threads.into_iter().map(Thread::text).collect();
        let mut text = parts.join("\n");
        secrets.mask(&mut text);
        (!text.is_empty()).then_some(text)
    }

    /// The last call below `tests` of the thread of the tests: `conftest.py:3 in helper`.
    pub fn place(&self, tests: &Path) -> Option<String> {
        let thread = self.threads.iter().find(|thread| thread.runs_tests())?;
        thread.calls.iter().find_map(|call| place_of(call, tests))
    }

    /// Of a long line the end is kept: what tests have printed may stand before the first word of a thread.
    fn hold(&mut self, bytes: &[u8]) {
        self.line.extend_from_slice(&bytes[bytes.len().saturating_sub(LONGEST_LINE)..]);
        let excess = self.line.len().saturating_sub(LONGEST_LINE);
        self.line.drain(..excess);
    }

    fn take_line(&mut self, line: &str) {
        if self.is_over || self.bytes + line.len() > MOST {
            return;
        }
        if let Some(head) = head_in(line) {
            let id = id_of(head);
            self.is_over = self.threads.iter().any(|thread| id_of(&thread.head) == id);
            if !self.is_over {
                self.bytes += head.len();
                self.threads.push(Thread { head: head.to_owned(), calls: Vec::new() });
            }
        } else if is_call(line)
            && let Some(thread) = self.threads.last_mut()
        {
            self.bytes += line.len();
            thread.calls.push(line.to_owned());
        }
    }
}

impl Thread {
    fn runs_tests(&self) -> bool {
        self.calls.iter().any(|call| call.contains("/_pytest/"))
    }

    fn text(&self) -> String {
        let below = self.calls.iter().rposition(|call| {
            call.contains("/_pytest/") && CALLS_OF_PYTEST.iter().any(|part| call.contains(part))
        });
        let shown = below.filter(|at| *at > 0).unwrap_or(self.calls.len());
        let mut text = format!("{}\n", self.head);
        self.calls[..shown].iter().for_each(|call| text.extend([call.as_str(), "\n"]));
        if shown < self.calls.len() {
            let left_out = self.calls.len() - shown;
            let _ = writeln!(text, "  ({left_out} calls of pytest before these are in the log)");
        }
        text
    }
}

/// `Thread 0x00007f… (most recent call first):`, wherever in the line it begins.
fn head_in(line: &str) -> Option<&str> {
    let words = line.strip_suffix(HEAD_END)?;
    let start = words.rfind("Current thread 0x").or_else(|| words.rfind("Thread 0x"))?;
    Some(&line[start..])
}

fn id_of(head: &str) -> Option<&str> {
    head.split_whitespace().find(|word| word.starts_with("0x"))
}

fn is_call(line: &str) -> bool {
    ["  File \"", "  ...", "  <", "  Garbage-collecting"]
        .iter()
        .any(|start| line.starts_with(start))
}

/// `  File "/tests/a.py", line 3 in f`
fn place_of(call: &str, tests: &Path) -> Option<String> {
    let (path, rest) = call.strip_prefix("  File \"")?.split_once("\", line ")?;
    let (line, name) = rest.split_once(" in ")?;
    let path = Path::new(path).strip_prefix(tests).ok()?;
    Some(format!("{}:{line} in {name}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUMP: &str = "a.py::test_a Thread 0x00007f01 (most recent call first):
  File \"/tests/a.py\", line 9 in busy
  File \"/usr/lib/python3.11/threading.py\", line 975 in run
prints of another process

Current thread 0x00007f02 [python] (most recent call first):
  File \"/tests/a.py\", line 3 in hang_here
  File \"/tests/a.py\", line 6 in test_a
  File \"/venv/lib/python3.11/site-packages/_pytest/python.py\", line 159 in pytest_pyfunc_call
  File \"/venv/lib/python3.11/site-packages/pluggy/_callers.py\", line 121 in _multicall
  File \"<frozen runpy>\", line 88 in _run_code
";

    const SHOWN: &str = "Current thread 0x00007f02 [python] (most recent call first):
  File \"/tests/a.py\", line 3 in hang_here
  File \"/tests/a.py\", line 6 in test_a
  (3 calls of pytest before these are in the log)

Thread 0x00007f01 (most recent call first):
  File \"/tests/a.py\", line 9 in busy
  File \"/usr/lib/python3.11/threading.py\", line 975 in run
";

    fn read(text: &str) -> Stacks {
        let mut stacks = Stacks::default();
        stacks.push(text.as_bytes());
        stacks
    }

    #[test]
    fn the_thread_of_the_tests_comes_first_whatever_the_portions() {
        for size in 1..DUMP.len() {
            let mut stacks = Stacks::default();
            DUMP.as_bytes().chunks(size).for_each(|part| stacks.push(part));
            assert_eq!(stacks.text(&Secrets::default()).as_deref(), Some(SHOWN));
        }
        assert_eq!(read(DUMP).place("/tests".as_ref()).as_deref(), Some("a.py:3 in hang_here"));
        assert_eq!(read(DUMP).place("/elsewhere".as_ref()), None);
    }

    #[test]
    fn what_is_told_twice_counts_once_and_secrets_are_hidden() {
        let stacks = read(&DUMP.repeat(2));
        let text = stacks.text(&Secrets::of(["hang_here"])).unwrap();
        assert_eq!(text, SHOWN.replace("hang_here", "***"));
    }

    #[test]
    fn output_that_tells_nothing_takes_no_memory() {
        let mut stacks = Stacks::default();
        (0..1600).for_each(|_| stacks.push(&[b'x'; 4096]));
        assert!(stacks.line.capacity() <= 4 * LONGEST_LINE && !stacks.have_begun());
        stacks.push(DUMP.as_bytes());
        assert!(stacks.have_begun());
        let call = format!("  File \"/{}\", line 1 in f\n", "x".repeat(500));
        stacks.push(call.repeat(1000).as_bytes());
        assert!(stacks.text(&Secrets::default()).unwrap().len() < MOST + LONGEST_LINE);
        assert_eq!(read("no stacks\n  File \"a\", line 1 in b\n").text(&Secrets::default()), None);
    }
}
