//! Finds syntax errors with the interpreter that will run the files, because only that one knows its grammar. It compiles
//! and executes nothing; it is given little time and memory, and may die of what it reads.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde::Deserialize;

const SCRIPT: &str = include_str!("../../../python/proctor_runner/syntax.py");
/// For one file.
const FILE_TIME: Duration = Duration::from_secs(5);
/// For all files of an upload.
const WHOLE_TIME: Duration = Duration::from_secs(20);

/// Where a Python file cannot be compiled, and why.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SyntaxError {
    pub message: String,
    /// From 1.
    pub line: Option<u64>,
    /// Characters, from 1.
    pub column: Option<u64>,
    /// The line itself.
    pub text: Option<String>,
}

/// What is known of some files.
#[derive(Debug, Default)]
pub struct Checked {
    /// In the order of the files.
    pub errors: Vec<Option<SyntaxError>>,
    /// Why the last of them have not been checked.
    pub unchecked: Option<String>,
}

/// Compiles `files` with the interpreter `python`. `scratch` is a directory to write in.
pub fn check(python: &Path, scratch: &Path, files: &[PathBuf]) -> Checked {
    let deadline = Instant::now() + WHOLE_TIME;
    let mut checked = Checked::default();
    while checked.errors.len() < files.len() && checked.unchecked.is_none() {
        let rest = &files[checked.errors.len()..];
        match Session::start(python, scratch, rest) {
            Ok(session) => session.read(rest.len(), deadline, &mut checked),
            Err(error) => {
                let words = format!("the interpreter {} does not start: {error}", python.display());
                checked.unchecked = Some(words);
            }
        }
    }
    checked.errors.resize(files.len(), None);
    checked
}

/// One interpreter at work. The one that dies of a file is followed by another one for the rest.
struct Session {
    child: Child,
    lines: Receiver<String>,
}

impl Session {
    fn start(python: &Path, scratch: &Path, files: &[PathBuf]) -> io::Result<Self> {
        let list = scratch.join("list");
        let paths: Vec<_> = files.iter().map(|path| path.to_string_lossy()).collect();
        fs::write(&list, paths.join("\n"))?;
        let mut child = Command::new(python)
            .args(["-I", "-S", "-B", "-W", "ignore", "-c", SCRIPT])
            .env_clear()
            .current_dir(scratch)
            .stdin(File::open(list)?)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("it has no output"))?;
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, lines })
    }

    /// Adds what it says to `checked`, until it has said it of `count` files or dies.
    fn read(mut self, count: usize, deadline: Instant, checked: &mut Checked) {
        for _ in 0..count {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(FILE_TIME.min(left)) {
                Ok(line) => {
                    let Ok(error) = serde_json::from_str(&line) else {
                        let words = "the interpreter answers in other words";
                        checked.unchecked = Some(words.to_owned());
                        break;
                    };
                    checked.errors.push(error);
                }
                Err(RecvTimeoutError::Timeout) if left < FILE_TIME => {
                    let words = format!("the check took more than {} s", WHOLE_TIME.as_secs());
                    checked.unchecked = Some(words);
                    break;
                }
                Err(RecvTimeoutError::Timeout) => {
                    let words = format!("cannot be compiled within {} s", FILE_TIME.as_secs());
                    checked.errors.push(Some(fatal(words)));
                    break;
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.tell_death(checked);
                    break;
                }
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn tell_death(&mut self, checked: &mut Checked) {
        match self.child.wait().map(|status| status.signal()) {
            Ok(Some(signal)) => {
                let words = format!("the interpreter dies of it, by signal {signal}");
                checked.errors.push(Some(fatal(words)));
            }
            Ok(None) => checked.unchecked = Some("the interpreter cannot check files".to_owned()),
            Err(error) => checked.unchecked = Some(error.to_string()),
        }
    }
}

fn fatal(message: String) -> SyntaxError {
    SyntaxError { message, line: None, column: None, text: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(python: &str, sources: &[&[u8]]) -> Checked {
        let scratch = tempfile::tempdir().unwrap();
        let files: Vec<_> = sources
            .iter()
            .enumerate()
            .map(|(number, source)| {
                let path = scratch.path().join(number.to_string());
                fs::write(&path, source).unwrap();
                path
            })
            .collect();
        check(Path::new(python), scratch.path(), &files)
    }

    #[test]
    fn a_syntax_error_is_told_with_its_line_and_nothing_is_executed() {
        let proof = tempfile::tempdir().unwrap().path().join("executed");
        let harmful = format!("open({:?}, 'w')\n", proof.display().to_string());
        let sources: [&[u8]; 4] =
            [harmful.as_bytes(), b"x = 1\ndef test_a(:\n    pass\n", b"a = '\xff'\n", b"a\0b"];
        let found = checked("python3", &sources);
        assert_eq!(found.unchecked, None);
        assert_eq!(found.errors[0], None);
        assert!(!proof.exists());
        let error = found.errors[1].as_ref().unwrap();
        assert_eq!((error.line, error.text.as_deref()), (Some(2), Some("def test_a(:")));
        assert!(error.column.is_some() && error.message.contains("invalid syntax"), "{error:?}");
        assert!(found.errors[2].is_some() && found.errors[3].is_some(), "{found:?}");
    }

    #[test]
    fn what_only_the_compiler_finds_is_found_too() {
        let sources: [&[u8]; 3] =
            [b"return 1\n", b"def f():\n  x = 1\n   y = 2\n", b"nonlocal a\n"];
        let found = checked("python3", &sources);
        assert!(found.errors.iter().all(Option::is_some), "{found:?}");
    }

    #[test]
    fn an_interpreter_that_dies_of_a_file_is_replaced_for_the_rest() {
        let bin = tempfile::tempdir().unwrap();
        let python = bin.path().join("python");
        let script = "#!/bin/sh\nwhile read path || [ -n \"$path\" ]; do\n  grep -q deadly \"$path\" && kill -SEGV $$\n  echo null\ndone\n";
        // Written by another process: what this one has open for writing, a child of another test may keep open.
        let write = "printf %s \"$1\" > \"$2\" && chmod 755 \"$2\"";
        let written = Command::new("sh").args(["-c", write, "sh", script]).arg(&python).status();
        assert!(written.unwrap().success());
        let found = checked(python.to_str().unwrap(), &[b"good", b"deadly", b"good"]);
        assert_eq!(found.unchecked, None);
        let deadly = found.errors[1].as_ref().unwrap();
        assert_eq!(deadly.message, "the interpreter dies of it, by signal 11");
        assert_eq!((&found.errors[0], &found.errors[2]), (&None, &None));
    }

    #[test]
    fn without_an_interpreter_files_stay_unchecked() {
        let found = checked("/nowhere/python", &[b"def", b"x"]);
        assert_eq!(found.errors, [None, None]);
        assert!(found.unchecked.unwrap().contains("/nowhere/python does not start"));
    }
}
