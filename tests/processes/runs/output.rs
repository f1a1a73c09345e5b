//! Much output, and long output.

use proctor::wire::Outcome;

use super::lines_of;
use crate::harness::Proctor;

/// Lines of 100 bytes, written as quickly as the pipe takes them.
const FLOOD: &str = "
import os

def test_flood():
    print('on a line of its own')
    for block in range(MEGABYTES):
        text = b''.join(b'%09d %s\\n' % (block * 10_000 + n, b'x' * 89) for n in range(10_000))
        view = memoryview(text)
        while view:
            view = view[os.write(1, view):]
";

#[test]
fn two_hundred_megabytes_of_output_leave_the_workers_memory_as_it_was() {
    let proctor = Proctor::start();
    proctor.tests.write("test_flood.py", &FLOOD.replace("MEGABYTES", "200"));
    proctor.tests.write("test_small.py", "def test_small(): pass\n");
    let small = proctor.api().submit(7, "test_small.py");
    proctor.api().wait_until_finished(small);
    let before = proctor.worker().peak_memory();
    let run = proctor.api().submit(7, "test_flood.py");
    let ended = proctor.api().wait_until_finished(run);
    let grown = proctor.worker().peak_memory().saturating_sub(before);
    eprintln!(
        "200 MB of output took {} ms and {} KiB",
        ended.run.duration_ms.unwrap(),
        grown >> 10
    );
    assert_eq!(ended.run.outcome, Some(Outcome::Passed));
    assert!(grown < 16 << 20, "{} MiB", grown >> 20);
    assert!(ended.log.lines >= 2_000_000 && ended.log.bytes >= 200_000_000, "{:?}", ended.log);
    let range = proctor.api().tests_of(run)[0].log.unwrap();
    for number in [0, 777_777, 1_999_999] {
        // After the lines of the test itself.
        let line = u64::try_from(range.from_line).unwrap() + 2 + number;
        let found = proctor.api().log_lines(run, line, 1).items.remove(0);
        assert!(found.text.starts_with(&format!("{number:09} ")), "{found:?}");
    }
}

#[test]
fn a_quarter_of_a_megabyte_at_once_arrives_whole() {
    let proctor = Proctor::start();
    let text = "def test_long(): print('a' * 200 + '\\n' + 'b' * 249_600 + '\\n' + 'c' * 200)\n";
    proctor.tests.write("test_long.py", text);
    let run = proctor.api().submit(7, "test_long.py");
    assert_eq!(proctor.api().wait_until_finished(run).run.outcome, Some(Outcome::Passed));
    let log = proctor.api().log(run);
    for (letter, count) in [('a', 200), ('b', 249_600), ('c', 200)] {
        let whole = letter.to_string().repeat(count);
        assert!(log.lines().any(|line| line == whole), "{letter}");
    }
    let lines = lines_of(&proctor, run, "::test_long");
    assert!(lines.iter().any(|line| line.text == "c".repeat(200)));
}
