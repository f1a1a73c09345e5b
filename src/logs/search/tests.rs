use std::path::Path;

use proptest::prelude::*;
use regex::bytes::RegexBuilder;

use super::super::query::{Case, Syntax};
use super::super::tests::{large_log, log_of};
use super::*;

const SEARCH: SearchLimits =
    SearchLimits { from_line: 1, lines: 1000, time: Duration::from_mins(1) };

fn search(directory: &Path, pattern: &str, syntax: Syntax) -> Vec<u64> {
    let query = Query::new(pattern, syntax, Case::Sensitive).unwrap();
    LogReader::open(directory).unwrap().search(&query, SEARCH).unwrap().lines
}

#[test]
fn an_empty_log_has_no_lines_to_find() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(search(directory.path(), "x", Syntax::Plain), [0; 0]);
}

#[test]
fn search_finds_lines_and_counts_beyond_the_limit() {
    let (directory, _) = large_log();
    assert_eq!(search(directory.path(), "line 777 ", Syntax::Plain), [777]);
    assert_eq!(
        search(directory.path(), r"^line 5999\d of", Syntax::Regex),
        (59_990..=59_999).collect::<Vec<_>>()
    );
    assert_eq!(search(directory.path(), "xxx", Syntax::Plain), [30_001]);
    let query = Query::new("LARGE", Syntax::Plain, Case::Ignored).unwrap();
    let limits = SearchLimits { lines: 2, ..SEARCH };
    let found = LogReader::open(directory.path()).unwrap().search(&query, limits).unwrap();
    assert_eq!(found, Found { count: 59_999, lines: vec![1, 2], truncated: true });
}

#[test]
fn search_sees_text_without_colours_and_lines_without_their_ends() {
    let (directory, _writer) = log_of(&[b"\x1b[31mE   ass\x1b[1mert\x1b[0m 1\r\nplain\n\nlast"]);
    assert_eq!(search(directory.path(), "assert 1", Syntax::Plain), [1]);
    assert_eq!(search(directory.path(), "1$", Syntax::Regex), [1]);
    assert_eq!(search(directory.path(), "^$", Syntax::Regex), [3]);
    assert_eq!(search(directory.path(), r"plain\s", Syntax::Regex), [0; 0]);
    assert_eq!(search(directory.path(), r"[^q]+t", Syntax::Regex), [1, 4]);
    assert_eq!(search(directory.path(), "x*", Syntax::Regex), [1, 2, 3, 4]);
}

#[test]
fn a_line_longer_than_memory_allows_is_found_once() {
    let mut text = vec![b'a'; 5 << 20];
    text[3 << 20..(3 << 20) + 6].copy_from_slice(b"needle");
    text.extend_from_slice(b"needle\nneedle\nhay\n");
    let (directory, _writer) = log_of(&[&text]);
    assert_eq!(search(directory.path(), "needle", Syntax::Plain), [1, 2]);
    assert_eq!(search(directory.path(), "hay", Syntax::Plain), [3]);
}

#[test]
fn a_search_that_has_no_time_says_it_is_truncated() {
    let (directory, _) = large_log();
    let query = Query::new("line", Syntax::Plain, Case::Sensitive).unwrap();
    let limits = SearchLimits { time: Duration::ZERO, ..SEARCH };
    let found = LogReader::open(directory.path()).unwrap().search(&query, limits).unwrap();
    assert_eq!(found, Found { truncated: true, ..Found::default() });
}

#[test]
fn a_wrong_pattern_is_refused_in_words() {
    let refusal = |pattern: &str| {
        Query::new(pattern, Syntax::Regex, Case::Sensitive).unwrap_err().to_string()
    };
    assert_eq!(refusal(""), "search pattern is empty");
    assert_eq!(refusal("a(b"), r#"search pattern "a(b" is no regular expression: unclosed group"#);
    assert_eq!(
        refusal(r"\w{1000}"),
        r#"search pattern "\\w{1000}" takes too much memory; use shorter repetitions"#
    );
    assert_eq!(refusal(&"a".repeat(2000)), "search pattern has 2000 bytes, more than 1024");
    assert!(Query::new("a(b", Syntax::Plain, Case::Ignored).is_ok());
}

#[test]
fn a_search_goes_on_behind_what_was_found() {
    let (directory, _) = large_log();
    let query = Query::new("large", Syntax::Plain, Case::Sensitive).unwrap();
    let from = |from_line| {
        let limits = SearchLimits { from_line, lines: 2, ..SEARCH };
        LogReader::open(directory.path()).unwrap().search(&query, limits).unwrap()
    };
    assert_eq!(from(30_000), Found { count: 30_000, lines: vec![30_000, 30_002], truncated: true });
    assert_eq!(from(60_000), Found { count: 1, lines: vec![60_000], truncated: false });
    assert_eq!(from(60_001), Found::default());
    assert_eq!(from(u64::MAX), Found::default());
}

#[test]
fn each_line_is_a_text_of_its_own() {
    let (directory, _writer) = log_of(&[b"one\ntwo\r\none two\n\nthree"]);
    let found = |pattern| search(directory.path(), pattern, Syntax::Regex);
    assert_eq!(found(r"\Aone\z"), [1]);
    assert_eq!(found(r"\Atwo\z"), [2]);
    assert_eq!(found(r"one\s+two"), [3]);
    assert_eq!(found(r"(?s)one.*three"), [0; 0]);
    assert_eq!(found("e\n"), [0; 0]);
    assert_eq!(found(r"[\n]"), [0; 0]);
}

/// Without care each line would look through all that follow: minutes for this log.
#[test]
fn a_pattern_that_could_go_on_for_ever_ends_with_its_line() {
    let text = "somewhere in a log of many lines\n".repeat(200_000);
    let (directory, _writer) = log_of(&[text.as_bytes()]);
    let query = Query::new(r"[\s\S]*lines", Syntax::Regex, Case::Ignored).unwrap();
    let found = LogReader::open(directory.path()).unwrap().search(&query, SEARCH).unwrap();
    assert_eq!(found.count, 200_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn what_is_found_is_what_each_line_alone_would_say(
        lines in proptest::collection::vec("[ab_é \u{1b}]{0,6}(\u{1b}\\[31m)?[abé ]{0,3}", 0..12),
        pattern in proptest::sample::select(vec![
            "a", "aé", "É", r"\ba", r"a\b", r"\bé\b", r"a\B", r"\Bé", r"(?-u:\b)é", r"\w+ \w", r"^$", "^a.*b$",
            r"[^a]{3}", r"\s\s", r"(a|b)\b.*\bé", "x*", r"\b", r"^\B$", r"\b{start}é",
        ]),
        case in prop_oneof![Just(Case::Sensitive), Just(Case::Ignored)],
        from_line in 1_u64..5,
    ) {
        let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        let (directory, _writer) = log_of(&[text.as_bytes()]);
        let query = Query::new(pattern, Syntax::Regex, case).unwrap();
        let limits = SearchLimits { from_line, ..SEARCH };
        let found = LogReader::open(directory.path()).unwrap().search(&query, limits).unwrap();
        let alone = RegexBuilder::new(pattern)
            .case_insensitive(case == Case::Ignored)
            .multi_line(true)
            .crlf(true)
            .build()
            .unwrap();
        let is_found = |line: &str| {
            let mut plain = Vec::new();
            leave_out_colours(line.as_bytes(), &mut plain);
            alone.is_match(&plain)
        };
        let expected: Vec<u64> = (1..)
            .zip(&lines)
            .filter(|(number, line)| *number >= from_line && is_found(line))
            .map(|(number, _)| number)
            .collect();
        prop_assert_eq!(found.lines, expected, "{:?} in {:?}", pattern, text);
    }
}
