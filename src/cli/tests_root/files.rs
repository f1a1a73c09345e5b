//! Files of this computer, as a form that a server takes: <https://www.rfc-editor.org/rfc/rfc7578>.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::cli::error::CliError;

/// A file that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    path: PathBuf,
    /// Under which name, with slashes.
    name: String,
}

/// A form that is read as it is sent.
pub struct Form {
    pub content_type: String,
    /// Bytes of the body.
    pub length: u64,
    parts: VecDeque<Part>,
}

/// What follows what in a form. A file is opened when its turn comes, because not so many may be open at once.
enum Part {
    Text(Cursor<String>),
    File { path: PathBuf, length: u64 },
    Open(io::Take<File>),
}

/// The files that `paths` name, those in directories too, which keep their own name.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Local>, CliError> {
    let mut files = Vec::new();
    for path in paths {
        let unreadable = |source| CliError::NotRead { path: path.clone(), source };
        if !path.metadata().map_err(unreadable)?.is_dir() {
            let name = path.file_name().unwrap_or_default();
            files.push(local(path, Path::new(name))?);
            continue;
        }
        let own_name = path.file_name().map_or(Path::new(""), Path::new);
        let is_wanted = |entry: &walkdir::DirEntry| entry.depth() == 0 || !is_left_behind(entry);
        for entry in WalkDir::new(path).sort_by_file_name().into_iter().filter_entry(is_wanted) {
            let entry = entry.map_err(|error| unreadable(error.into()))?;
            if entry.file_type().is_file() {
                let inner = entry.path().strip_prefix(path).unwrap_or(entry.path());
                files.push(local(entry.path(), &own_name.join(inner))?);
            }
        }
    }
    Ok(files)
}

fn local(path: &Path, name: &Path) -> Result<Local, CliError> {
    let not_text = || CliError::NotRead {
        path: path.to_owned(),
        source: io::Error::other("its name is not UTF-8; rename it"),
    };
    let name = name.to_str().ok_or_else(not_text)?.to_owned();
    Ok(Local { path: path.to_owned(), name })
}

/// What the server would leave out anyway, and may be large.
fn is_left_behind(entry: &walkdir::DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    name.starts_with('.') || matches!(&*name, "__pycache__" | "node_modules" | "__MACOSX")
}

impl Form {
    /// A form with `fields` and `files`. `boundary` must not be in any of them.
    pub fn new(boundary: &str, fields: &[(&str, &str)], files: &[Local]) -> Result<Self, CliError> {
        let content_type = format!("multipart/form-data; boundary={boundary}");
        let mut form = Self { content_type, length: 0, parts: VecDeque::new() };
        for (name, value) in fields {
            form.text(format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        for Local { path, name } in files {
            form.text(format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"files[]\"; filename=\"{}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n",
                escaped(name)
            ));
            let unreadable = |source| CliError::NotRead { path: path.clone(), source };
            let length =
                File::open(path).and_then(|file| file.metadata()).map_err(unreadable)?.len();
            form.length += length;
            form.parts.push_back(Part::File { path: path.clone(), length });
            form.text("\r\n".to_owned());
        }
        form.text(format!("--{boundary}--\r\n"));
        Ok(form)
    }

    fn text(&mut self, text: String) {
        self.length += text.len() as u64;
        self.parts.push_back(Part::Text(Cursor::new(text)));
    }
}

impl Read for Form {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(part) = self.parts.front_mut() {
            if let Part::File { path, length } = part {
                // As long as it was: one that grows meanwhile is sent in part.
                *part = Part::Open(File::open(path)?.take(*length));
            }
            let read = match part {
                Part::Text(text) => text.read(buffer)?,
                Part::Open(file) => file.read(buffer)?,
                Part::File { .. } => 0,
            };
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            self.parts.pop_front();
        }
        Ok(0)
    }
}

/// As browsers do it:
/// <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data>
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_form_has_the_length_that_it_says() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("api/__pycache__")).unwrap();
        fs::write(directory.path().join("api/test_\"a\".py"), "one").unwrap();
        fs::write(directory.path().join("api/__pycache__/x.pyc"), "x").unwrap();
        fs::write(directory.path().join("test_b.py"), "").unwrap();
        let paths = ["api", "test_b.py"].map(|name| directory.path().join(name));
        let files = find(&paths).unwrap();
        let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["api/test_\"a\".py", "test_b.py"]);
        let mut form = Form::new("xx", &[("directory", "new")], &files).unwrap();
        let mut body = String::new();
        form.read_to_string(&mut body).unwrap();
        assert_eq!(form.length, body.len() as u64);
        assert!(body.contains("filename=\"api/test_%22a%22.py\"\r\n"), "{body}");
        assert!(
            body.contains("\r\n\r\none\r\n--xx\r\n") && body.ends_with("\r\n--xx--\r\n"),
            "{body}"
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = find(&["/nowhere/test_a.py".into()]).unwrap_err().to_string();
        assert!(error.starts_with("cannot read /nowhere/test_a.py: "), "{error}");
    }
}
