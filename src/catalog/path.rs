//! A path below the tests root in its one normal form.

use std::fmt;

use super::CatalogError;

/// Bytes of a path or of a target: what Linux takes for one.
pub(super) const LONGEST_PATH: usize = 4096;

/// Relative to the tests root, parts separated by single slashes, without `.` and `..`. `.` alone is the root itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TestPath(String);

impl TestPath {
    #[must_use]
    pub fn root() -> Self {
        Self(".".to_owned())
    }

    /// Looks at the text alone; whether the path exists is another question.
    ///
    /// # Errors
    /// Says what is wrong with `text`: empty, too long, unprintable, absolute, like an option, out of the root.
    pub fn parse(text: &str) -> Result<Self, CatalogError> {
        check_text(text)?;
        if text.starts_with('/') {
            return Err(CatalogError::Absolute { path: text.to_owned() });
        }
        let mut parts = Vec::new();
        for part in text.split('/') {
            if part == ".." {
                let above = parts.pop();
                above.ok_or_else(|| CatalogError::Leaves { path: text.to_owned() })?;
            } else if !matches!(part, "" | ".") {
                parts.push(part);
            }
        }
        let path = if parts.is_empty() { ".".to_owned() } else { parts.join("/") };
        // Also after `./` was taken away, or `./-p` would become an option.
        match path.chars().next() {
            Some(first @ ('-' | '@')) => Err(CatalogError::Option { path: text.to_owned(), first }),
            _ => Ok(Self(path)),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0 == "."
    }

    /// The last part; of the root, `.`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Its names from the root down; none of the root.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| *part != ".")
    }

    /// Whether this is `other` or something below it.
    #[must_use]
    pub fn is_in(&self, other: &Self) -> bool {
        other.is_root()
            || self
                .0
                .strip_prefix(&other.0)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether something may be made at this path, and called so.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn check_as_new(&self) -> Result<(), CatalogError> {
        super::upload::name::check_path(self)
    }

    /// The directory above; none above the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        Some(self.0.rsplit_once('/').map_or_else(Self::root, |(parent, _)| Self(parent.to_owned())))
    }

    /// The directories above, from the root down.
    #[must_use]
    pub fn ancestors(&self) -> Vec<Self> {
        let mut ancestors: Vec<Self> = std::iter::successors(self.parent(), Self::parent).collect();
        ancestors.reverse();
        ancestors
    }

    /// `name` is that of an entry of a directory: never empty, `.`, `..` or with a slash.
    pub(super) fn join(&self, name: &str) -> Self {
        if self.is_root() { Self(name.to_owned()) } else { Self(format!("{}/{name}", self.0)) }
    }
}

impl fmt::Display for TestPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What holds for paths and whole targets alike.
pub(super) fn check_text(text: &str) -> Result<(), CatalogError> {
    if text.trim().is_empty() {
        return Err(CatalogError::Empty);
    }
    if text.len() > LONGEST_PATH {
        return Err(CatalogError::TooLong { length: text.len() });
    }
    match text.chars().find_map(unprintable) {
        Some(what) => Err(CatalogError::Unprintable { path: text.to_owned(), what }),
        None => Ok(()),
    }
}

/// Names a character that does not show, or that makes other ones show in another order.
pub(super) fn unprintable(character: char) -> Option<&'static str> {
    match character {
        '\0' => Some("a NUL character"),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some("a line break"),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some("a character that changes the direction of text")
        }
        other if other.is_control() => Some("a control character"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_has_one_normal_form() {
        for (text, normal) in [
            ("a.py", "a.py"),
            ("./a//b/", "a/b"),
            ("a/../b.py", "b.py"),
            ("a/./b/../../c", "c"),
            (".", "."),
            ("a/..", "."),
            ("./", "."),
            ("grüße/漢字 mit leer.py", "grüße/漢字 mit leer.py"),
            ("a/-b", "a/-b"),
        ] {
            assert_eq!(TestPath::parse(text).unwrap().as_str(), normal, "{text:?}");
        }
    }

    #[test]
    fn a_refusal_names_the_path_and_the_cause() {
        let refusal = |text: &str| TestPath::parse(text).unwrap_err().to_string();
        assert_eq!(refusal(""), r#"the path is empty; "." selects all tests"#);
        assert_eq!(refusal("  "), r#"the path is empty; "." selects all tests"#);
        assert_eq!(refusal("/etc"), r#""/etc" is absolute; give it relative to the tests root"#);
        assert_eq!(refusal("../a"), r#""../a" leaves the tests root"#);
        assert_eq!(refusal("a/../../b"), r#""a/../../b" leaves the tests root"#);
        assert_eq!(refusal("a\0b"), r#""a\0b" contains a NUL character; remove it"#);
        assert_eq!(refusal("a\u{1b}b"), r#""a\u{1b}b" contains a control character; remove it"#);
        assert_eq!(
            refusal("a\u{202e}b"),
            r#""a\u{202e}b" contains a character that changes the direction of text; remove it"#
        );
        assert_eq!(refusal(&"x".repeat(5000)), "the path has 5000 bytes, more than 4096");
        for option in ["-p", "./-p", "a/../-p", "@file", ".//@file"] {
            assert!(refusal(option).contains("which pytest takes for an option"), "{option}");
        }
    }

    #[test]
    fn ancestors_go_from_the_root_down() {
        let above = |text: &str| -> Vec<String> {
            let path = TestPath::parse(text).unwrap();
            path.ancestors().iter().map(ToString::to_string).collect()
        };
        assert_eq!(above("a/b/c.py"), [".", "a", "a/b"]);
        assert_eq!(above("c.py"), ["."]);
        assert!(above(".").is_empty());
    }

    proptest! {
        #[test]
        fn an_accepted_path_is_safe_and_stays_as_it_is(
            parts in proptest::collection::vec(
                prop_oneof![Just(".."), Just("."), Just(""), Just("-p"), Just("@a"), Just("a"), Just("b\u{7f}"), Just("ü")], 0..8)
        ) {
            let text = parts.join("/");
            if let Ok(path) = TestPath::parse(&text) {
                prop_assert!(!path.as_str().starts_with(['/', '-', '@']));
                prop_assert!(path.is_root() || path.as_str().split('/').all(|part| !["", ".", ".."].contains(&part)));
                prop_assert!(!path.as_str().chars().any(char::is_control));
                prop_assert_eq!(TestPath::parse(path.as_str()).unwrap(), path);
            }
        }

        #[test]
        fn no_text_makes_the_parser_fail(text in any::<String>()) {
            let _ = TestPath::parse(&text);
        }
    }
}
