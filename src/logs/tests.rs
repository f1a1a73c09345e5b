use std::fs;
use std::io::Read;
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::domain::{LogSize, Millis};

const UNLIMITED: Limits = Limits { max_bytes: u64::MAX };

fn nonce() -> Nonce {
    Nonce::parse("0123456789abcdef0123456789abcdef").unwrap()
}

fn mark(what: &str, index: u64) -> String {
    format!("\x1b_proctor;{};{what};{index}\x1b\\", nonce().as_str())
}

/// A log made of portions, one millisecond after another.
pub(super) fn log_of(portions: &[&[u8]]) -> (TempDir, LogWriter) {
    let directory = tempfile::tempdir().unwrap();
    let mut writer = LogWriter::create(directory.path(), &nonce(), UNLIMITED).unwrap();
    for (portion, at) in portions.iter().zip(1000..) {
        writer.append(portion, Millis(at)).unwrap();
    }
    (directory, writer)
}

fn texts(directory: &Path, from: u64, count: usize) -> Vec<String> {
    let lines = LogReader::open(directory).unwrap().lines(from, count).unwrap();
    lines.into_iter().map(|line| line.text).collect()
}

fn whole(directory: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    LogReader::open(directory)
        .unwrap()
        .range(0..u64::MAX)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

/// 3 MB of short lines, one of 300 KB among them.
pub(super) fn large_log() -> (TempDir, Vec<String>) {
    let mut lines: Vec<String> =
        (1..=60_000).map(|n| format!("line {n} of a large log, about 50 bytes long")).collect();
    lines[30_000] = "x".repeat(300_000);
    let text = lines.join("\n") + "\n";
    let portions: Vec<&[u8]> = text.as_bytes().chunks(50_000).collect();
    let (directory, _) = log_of(&portions);
    (directory, lines)
}

#[test]
fn a_directory_without_a_log_has_an_empty_one() {
    let directory = tempfile::tempdir().unwrap();
    let mut reader = LogReader::open(directory.path()).unwrap();
    assert_eq!(reader.size(), LogSize::default());
    assert_eq!(reader.lines(1, 10).unwrap(), []);
    assert_eq!(whole(directory.path()), b"");
}

#[test]
fn lines_carry_number_time_and_text() {
    let (directory, _writer) = log_of(&[b"one\r\ntw", b"o\n\nfour"]);
    let mut reader = LogReader::open(directory.path()).unwrap();
    assert_eq!(reader.size(), LogSize { lines: 4, bytes: 14 });
    let line = |number, text: &str| Line { number, at: Millis(1000), text: text.to_owned() };
    assert_eq!(reader.lines(0, 2).unwrap(), [line(1, "one"), line(2, "two")]);
    assert_eq!(reader.lines(2, 99).unwrap(), [line(2, "two"), line(3, ""), line(4, "four")]);
    assert_eq!(reader.lines(5, 1).unwrap(), []);
    assert_eq!(reader.lines(1, 0).unwrap(), []);
}

#[test]
fn a_line_has_the_time_at_which_it_began() {
    let directory = tempfile::tempdir().unwrap();
    let mut writer = LogWriter::create(directory.path(), &nonce(), UNLIMITED).unwrap();
    for (portion, at) in [("a\nb", 100), ("b\nc\n", 200), ("d\n", 201), ("e\n", 300)] {
        writer.append(portion.as_bytes(), Millis(at)).unwrap();
    }
    let lines = LogReader::open(directory.path()).unwrap().lines(1, 9).unwrap();
    let times: Vec<i64> = lines.iter().map(|line| line.at.0).collect();
    assert_eq!(times, [100, 100, 200, 200, 300]);
}

#[test]
fn a_mark_tells_the_line_on_which_the_next_byte_falls() {
    let directory = tempfile::tempdir().unwrap();
    let mut writer = LogWriter::create(directory.path(), &nonce(), UNLIMITED).unwrap();
    let stream = format!("head\n{}a\nb{}c\n{}", mark("begin", 3), mark("call", 3), mark("end", 3));
    let appended = writer.append(stream.as_bytes(), Millis(1)).unwrap();
    let places: Vec<_> =
        appended.marks.iter().map(|mark| (mark.what, mark.index, mark.line, mark.offset)).collect();
    assert_eq!(
        places,
        [(Border::Begin, 3, 2, 5), (Border::Call, 3, 3, 8), (Border::End, 3, 4, 10)]
    );
    assert_eq!(appended.size, LogSize { lines: 3, bytes: 10 });
    assert_eq!(whole(directory.path()), b"head\na\nbc\n");
}

#[test]
fn what_is_no_whole_mark_at_the_end_is_text() {
    let (directory, mut writer) = log_of(&[b"end \x1b_proctor;0123"]);
    assert_eq!(whole(directory.path()), b"end ");
    let appended = writer.finish(Millis(9)).unwrap();
    assert_eq!(appended.size, LogSize { lines: 1, bytes: 18 });
    assert_eq!(whole(directory.path()), b"end \x1b_proctor;0123");
}

#[test]
fn beyond_the_limit_one_line_says_so_and_nothing_more_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let mut writer =
        LogWriter::create(directory.path(), &nonce(), Limits { max_bytes: 10 }).unwrap();
    writer.append(b"0123456789", Millis(1)).unwrap();
    assert_eq!(texts(directory.path(), 1, 9).len(), 1);
    let appended = writer.append(format!("abc{}", mark("end", 1)).as_bytes(), Millis(2)).unwrap();
    writer.append(b"more\n", Millis(3)).unwrap();
    let notice = "[proctor] the log has reached its limit of 10 bytes; what follows is not kept";
    assert_eq!(texts(directory.path(), 1, 9), ["0123456789", notice]);
    assert_eq!(writer.dropped(), 8);
    assert_eq!(appended.marks[0].line, 3);
}

#[test]
fn every_page_of_a_large_log_is_right() {
    let (directory, lines) = large_log();
    let size = LogReader::open(directory.path()).unwrap().size();
    assert_eq!(size.lines, 60_000);
    for from in [1, 2, 1300, 29_999, 30_002, 59_999, 60_000] {
        let shown = texts(directory.path(), from, 3);
        let first = usize::try_from(from).unwrap() - 1;
        let expected = &lines[first..(first + 3).min(lines.len())];
        let is_equal =
            |(shown, expected): (&String, &String)| shown == expected || expected.len() > 64 * 1024;
        assert_eq!(shown.len(), expected.len());
        assert!(shown.iter().zip(expected).all(is_equal), "from {from}: {shown:?}");
    }
}

#[test]
fn a_long_line_is_cut_with_words_and_the_next_one_found() {
    let (directory, _) = large_log();
    let shown = texts(directory.path(), 30_001, 2);
    assert!(shown[0].starts_with("xxx") && shown[0].len() < 66_000);
    assert!(shown[0].ends_with(" … [234464 more bytes in this line]"), "{}", &shown[0][65_530..]);
    assert!(shown[1].starts_with("line 30002 "));
}

#[test]
fn a_long_line_of_progress_shows_its_last_state() {
    let states: Vec<String> = (0..100_000).map(|n| format!("{n:>6} done")).collect();
    let progress = states.join("\r");
    let (directory, _writer) = log_of(&[progress.as_bytes(), b"\nnext\n"]);
    assert_eq!(texts(directory.path(), 1, 2), [" 99999 done", "next"]);
}

#[test]
fn many_long_lines_make_no_endless_answer() {
    let line = "y".repeat(60_000) + "\n";
    let (directory, _writer) = log_of(&[line.repeat(500).as_bytes()]);
    let shown = texts(directory.path(), 1, 500);
    assert_eq!(shown.len(), 500);
    assert!(shown.iter().map(String::len).sum::<usize>() < 3 << 20);
}

#[test]
fn a_missing_damaged_or_stale_index_is_rebuilt_with_the_same_pages() {
    let (directory, lines) = large_log();
    let index = index_path(directory.path());
    let good = fs::read(&index).unwrap();
    let mut torn = good.clone();
    torn.truncate(good.len() - 7);
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    let mut beyond = good.clone();
    beyond.extend_from_slice(&good[good.len() - 32..]);
    for damaged in
        [None, Some(Vec::new()), Some(torn), Some(flipped), Some(beyond), Some(vec![0; good.len()])]
    {
        match damaged {
            None => fs::remove_file(&index).unwrap(),
            Some(bytes) => fs::write(&index, bytes).unwrap(),
        }
        for from in [1, 20_000, 45_000, 60_000] {
            let first = usize::try_from(from).unwrap() - 1;
            assert_eq!(texts(directory.path(), from, 1)[0], lines[first]);
        }
        assert_eq!(LogReader::open(directory.path()).unwrap().size().lines, 60_000);
    }
    assert!(fs::metadata(&index).unwrap().len() > 32 * 30);
}

#[test]
fn a_log_shorter_than_its_index_is_read_to_its_end() {
    let (directory, lines) = large_log();
    let log = fs::OpenOptions::new().write(true).open(log_path(directory.path())).unwrap();
    log.set_len(1_000_000).unwrap();
    let size = LogReader::open(directory.path()).unwrap().size();
    assert_eq!(size.bytes, 1_000_000);
    let last = usize::try_from(size.lines).unwrap() - 1;
    assert!(lines[last].starts_with(&texts(directory.path(), size.lines, 1)[0]));
}

#[test]
fn a_log_goes_on_after_its_writer_is_gone() {
    let (directory, writer) = log_of(&[b"one\ntwo"]);
    let in_use = LogWriter::resume(directory.path(), &nonce(), UNLIMITED);
    assert!(matches!(in_use, Err(LogError::InUse { .. })));
    drop(writer);
    assert!(matches!(
        LogWriter::create(directory.path(), &nonce(), UNLIMITED),
        Err(LogError::AlreadyThere { .. })
    ));
    let mut writer = LogWriter::resume(directory.path(), &nonce(), UNLIMITED).unwrap();
    let appended = writer.append(b" and a half\nthree", Millis(5000)).unwrap();
    assert_eq!(appended.size, LogSize { lines: 3, bytes: 24 });
    assert_eq!(texts(directory.path(), 1, 9), ["one", "two and a half", "three"]);
}

#[test]
fn a_full_disk_is_named() {
    let directory = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/full", log_path(directory.path())).unwrap();
    let mut writer = LogWriter::resume(directory.path(), &nonce(), UNLIMITED).unwrap();
    let refused = writer.append(b"one\n", Millis(1)).unwrap_err();
    assert!(matches!(refused, LogError::NoSpace { .. }), "{refused}");
    assert!(refused.to_string().starts_with("no space left for log /"), "{refused}");
    assert_eq!(writer.append(b"", Millis(2)).unwrap().size, LogSize::default());
}

#[test]
fn a_packed_log_is_unpacked_with_the_same_lines_and_times_also_after_a_part_of_it() {
    let (directory, _) = large_log();
    let from = LogReader::open(directory.path()).unwrap();
    let mut packer = Packer::new(Vec::new()).unwrap();
    from.with_times(|bytes, at| packer.push(bytes, at)).unwrap();
    let (packed, size) = packer.finish().unwrap();
    assert_eq!(size, from.size());
    let lines = |directory: &Path| {
        let mut log = LogReader::open(directory).unwrap();
        (1..60_000).step_by(500).flat_map(|at| log.lines(at, 500).unwrap()).collect::<Vec<_>>()
    };
    for start in [0, 1, 100_001, size.bytes] {
        let copy = tempfile::tempdir().unwrap();
        let mut writer = LogWriter::create(copy.path(), &nonce(), UNLIMITED).unwrap();
        let mut copy_to = |bytes: &[u8], at| writer.copy(bytes, at).map(drop);
        let mut room = usize::try_from(start).unwrap();
        let beginning = from.with_times(|bytes, at| {
            let taken = room.min(bytes.len());
            room -= taken;
            copy_to(&bytes[..taken], at).map_err(io::Error::other)
        });
        beginning.unwrap();
        unpack(&packed[..], start, |bytes, at| copy_to(bytes, at).map_err(io::Error::other))
            .unwrap();
        let (found, printed) = (lines(copy.path()), lines(directory.path()));
        assert_eq!(found.len(), printed.len());
        for (one, other) in found.iter().zip(&printed) {
            assert_eq!((one.number, &one.text), (other.number, &other.text), "{start}");
            // Each log is exact to 10 ms.
            assert!(one.at.since(other.at).abs() <= 10, "{start}: {one:?} {other:?}");
        }
    }
}

#[test]
fn a_range_gives_the_bytes_as_they_were_printed() {
    let (directory, _writer) = log_of(&[b"\x1b[31m\0\xff\r\nabc"]);
    let reader = LogReader::open(directory.path()).unwrap();
    let read = |range| {
        let mut bytes = Vec::new();
        reader.range(range).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    assert_eq!(read(5..7), b"\0\xff");
    assert_eq!(read(9..99), b"abc");
    assert_eq!(read(99..100), b"");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn size_and_pages_agree_with_the_bytes(
        portions in proptest::collection::vec(
            prop_oneof!["[a\n]{0,40}", "\n{1,5}", "[a-c]{1,3}".prop_map(|text| text.repeat(20_000))], 0..8),
        from in 1_u64..20,
    ) {
        let bytes: Vec<&[u8]> = portions.iter().map(String::as_bytes).collect();
        let text = portions.concat();
        let (directory, _writer) = log_of(&bytes);
        let mut reader = LogReader::open(directory.path()).unwrap();
        let expected: Vec<&str> = text.lines().collect();
        prop_assert_eq!(reader.size(), LogSize { lines: expected.len() as u64, bytes: text.len() as u64 });
        let page = reader.lines(from, 5).unwrap();
        let skipped = usize::try_from(from).unwrap() - 1;
        for (line, expected) in page.iter().zip(expected.iter().skip(skipped)) {
            if expected.len() <= 65_536 {
                prop_assert_eq!(&line.text, expected);
            } else {
                prop_assert!(line.text.starts_with(&expected[..65_536]));
            }
        }
        prop_assert_eq!(page.len(), expected.len().saturating_sub(skipped).min(5));
    }
}
