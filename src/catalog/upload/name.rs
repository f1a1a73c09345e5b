//! The names under which files are sent. They come from anywhere, and people will type them, select them, and check them
//! out on other systems.

use std::path::Path;

use crate::catalog::path::{LONGEST_PATH, unprintable};
use crate::catalog::{CatalogError, TestPath};

/// Bytes of one name: what Linux takes.
const LONGEST_NAME: usize = 255;
/// Names in one path.
const DEEPEST: usize = 32;

/// What a name says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// To be stored at this path below the directory of the upload.
    At(String),
    /// Of no use to tests, and not shown in lists: left out.
    LeftOut,
}

/// Reads the name of a file as it was sent: a path with slashes, relative to the directory of the upload.
///
/// # Errors
/// Says what is wrong with `name`.
pub fn read(name: &str) -> Result<Sent, CatalogError> {
    check_whole(name)?;
    let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.contains(&"..") {
        return Err(CatalogError::Leaves { path: name.to_owned() });
    }
    let Some((file, directories)) = parts.split_last() else {
        return Err(CatalogError::Empty);
    };
    if parts.iter().any(|part| is_left_out(part)) {
        return Ok(Sent::LeftOut);
    }
    if parts.len() > DEEPEST {
        return Err(refusal(
            name,
            format!("lies {} directories deep, the limit is {DEEPEST}", parts.len() - 1),
        ));
    }
    for part in &parts {
        check_part(part)?;
    }
    let is_selected = has_ending(file, "py");
    if directories.iter().chain(is_selected.then_some(file)).any(|part| part.contains('[')) {
        return Err(CatalogError::Bracket { path: name.to_owned() });
    }
    Ok(Sent::At(parts.join("/")))
}

/// Whether something may be called so: a directory of uploads, or the place that something is moved to.
///
/// # Errors
/// Says what is wrong with `path`.
pub fn check_path(path: &TestPath) -> Result<(), CatalogError> {
    if path.is_root() {
        return Ok(());
    }
    match read(path.as_str())? {
        Sent::At(_) => Ok(()),
        Sent::LeftOut => Err(CatalogError::Hidden { path: path.to_string() }),
    }
}

fn check_whole(name: &str) -> Result<(), CatalogError> {
    if name.trim().is_empty() {
        return Err(CatalogError::Empty);
    }
    if name.len() > LONGEST_PATH {
        return Err(CatalogError::TooLong { length: name.len() });
    }
    if let Some(what) = name.chars().find_map(|one| unprintable(one).or_else(|| invisible(one))) {
        return Err(CatalogError::Unprintable { path: name.to_owned(), what });
    }
    if name.contains('\\') {
        return Err(refusal(name, "contains a backslash; directories are separated by /"));
    }
    if name.starts_with('/') || has_drive(name) {
        return Err(CatalogError::Absolute { path: name.to_owned() });
    }
    Ok(())
}

fn check_part(part: &str) -> Result<(), CatalogError> {
    let refuse = |what: &str| Err(refusal(part, what));
    if part.len() > LONGEST_NAME {
        let what = format!("begins a name of {} bytes, the limit is {LONGEST_NAME}", part.len());
        return Err(refusal(&part[..part.floor_char_boundary(40)], what));
    }
    match part.chars().next() {
        Some(first @ ('-' | '@')) => {
            return Err(CatalogError::Option { path: part.to_owned(), first });
        }
        Some(first) if first.is_whitespace() => return refuse("begins with a space"),
        _ => {}
    }
    if part.ends_with(char::is_whitespace) {
        return refuse("ends with a space");
    }
    if part.ends_with('.') {
        return refuse("ends with a dot");
    }
    if part.contains([':', '<', '>', '"', '|', '?', '*']) {
        return refuse(
            "contains one of : < > \" | ? *, which other systems and nodeids keep for themselves",
        );
    }
    if is_device(part) {
        return refuse("is a reserved name: Windows takes it for a device");
    }
    if part == "pyvenv.cfg" {
        return refuse(
            "is a reserved name: it marks a virtual environment, which lists do not show",
        );
    }
    Ok(())
}

fn refusal(name: &str, what: impl Into<String>) -> CatalogError {
    CatalogError::Name { name: name.to_owned(), what: what.into() }
}

/// Tools make these; people seldom know that they are there. What begins with a dot is not shown in lists either.
fn is_left_out(part: &str) -> bool {
    let is_known = ["__pycache__", "__MACOSX", "node_modules", "Thumbs.db", "desktop.ini"];
    is_known.contains(&part) || part.starts_with('.') || has_ending(part, "pyc")
}

fn has_ending(name: &str, ending: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == ending)
}

/// Characters that show as nothing, so that two names look like one.
fn invisible(character: char) -> Option<&'static str> {
    matches!(character, '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
        .then_some("an invisible character")
}

fn has_drive(name: &str) -> bool {
    matches!(name.as_bytes(), [drive, b':', rest @ ..] if drive.is_ascii_alphabetic() && !rest.starts_with(b":"))
}

/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file>
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_ascii_uppercase();
    match stem.as_bytes() {
        b"CON" | b"PRN" | b"AUX" | b"NUL" => true,
        [b'C', b'O', b'M', digit] | [b'L', b'P', b'T', digit] => digit.is_ascii_digit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(name: &str) -> String {
        match read(name) {
            Err(error) => error.to_string(),
            Ok(read) => panic!("{name:?} is taken: {read:?}"),
        }
    }

    #[test]
    fn a_name_is_a_path_below_the_directory_of_the_upload() {
        for (name, path) in [
            ("test_a.py", "test_a.py"),
            ("./api//test_a.py", "api/test_a.py"),
            ("grüße/漢字 mit leer.py", "grüße/漢字 mit leer.py"),
            ("data/report (1).csv", "data/report (1).csv"),
            ("data/values[1].json", "data/values[1].json"),
            ("console.py", "console.py"),
        ] {
            assert_eq!(read(name).unwrap(), Sent::At(path.to_owned()), "{name}");
        }
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["../a.py", "a/../../b.py", "a/../b.py", ".."] {
            assert!(refused(name).ends_with("leaves the tests root"), "{name}");
        }
        for name in ["/etc/passwd", "//a.py", "C:/a.py", "c:a.py"] {
            assert!(refused(name).contains("is absolute"), "{name}");
        }
        assert!(refused(r"..\..\a.py").contains("backslash"));
    }

    #[test]
    fn names_that_mislead_people_or_programs_are_refused() {
        for (name, why) in [
            ("", "is empty"),
            (" ", "is empty"),
            ("/", "is absolute"),
            ("./", "is empty"),
            ("a\0.py", "NUL"),
            ("a\n.py", "line break"),
            ("a\u{1b}[2J.py", "control character"),
            ("a\u{202e}yp.py", "direction of text"),
            ("a\u{200b}.py", "invisible"),
            ("-p.py", "option"),
            ("a/-p.py", "option"),
            ("@args.py", "option"),
            (" a.py", "begins with a space"),
            ("a /b.py", "ends with a space"),
            ("a./b.py", "ends with a dot"),
            ("a::b.py", "contains one of"),
            ("a*.py", "contains one of"),
            ("NUL", "device"),
            ("con.py", "device"),
            ("a/Lpt1.txt", "device"),
            ("env/pyvenv.cfg", "virtual environment"),
            ("a[1]/test_b.py", "cannot select"),
            ("a/test_[1].py", "cannot select"),
        ] {
            assert!(refused(name).contains(why), "{name:?}: {}", refused(name));
        }
        assert!(
            refused(&format!("{}.py", "ü".repeat(127))).contains("257 bytes, the limit is 255")
        );
        assert!(read(&format!("{}.py", "x".repeat(252))).is_ok());
        assert!(refused(&"x/".repeat(3000)).contains("6000 bytes"));
        assert!(refused(&format!("{}a.py", "x/".repeat(32))).contains("32 directories deep"));
    }

    #[test]
    fn what_tools_leave_behind_is_left_out() {
        for name in [
            "a/__pycache__/test_a.cpython-311.pyc",
            "a/.git/config",
            "__MACOSX/a/._test_a.py",
            "a/.DS_Store",
            ".gitignore",
            "Thumbs.db",
        ] {
            assert_eq!(read(name).unwrap(), Sent::LeftOut, "{name}");
        }
    }

    proptest! {
        #[test]
        fn a_taken_name_is_a_safe_path(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just(".."), Just("."), Just(""), Just("-p"), Just("@a"), Just("a.py"), Just("ü"), Just("C:"),
                    Just("a\\b"), Just(".git"), Just("nul.py"), Just("x "), Just("b\u{202e}"), Just("b\0")
                ], 0..6)
        ) {
            let name = parts.join("/");
            if let Ok(Sent::At(path)) = read(&name) {
                let parsed = TestPath::parse(&path).unwrap();
                prop_assert_eq!(parsed.as_str(), path.as_str());
                prop_assert!(path.split('/').all(|part| !matches!(part, "" | "." | ".." | "-p" | "@a" | ".git" | "nul.py")));
                let is_clean = !path.contains(['\\', ':', '\0', '\u{202e}']);
                prop_assert!(is_clean, "{path:?}");
            }
        }

        #[test]
        fn no_text_makes_the_reader_fail(name in any::<String>()) {
            if let Ok(Sent::At(path)) = read(&name) {
                prop_assert!(TestPath::parse(&path).is_ok());
            }
        }
    }
}
