//! What a log costs: appending, opening a page, searching. Prints medians of ten, or the slowest where it says so.
//!
//! `cargo bench --bench logs`

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use proctor::domain::Millis;
use proctor::logs::{Case, Limits, LogReader, LogWriter, Nonce, Query, SearchLimits, Syntax};

const LINES: u64 = 1_000_000;
const ROUNDS: u32 = 10;
const UNLIMITED: Limits = Limits { max_bytes: u64::MAX };
const MEBIBYTE: usize = 1024 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir_in(".")?;
    let path = directory.path();
    append_throughput(&path.join("lines"), &text_of_lines(64 * MEBIBYTE))?;
    append_throughput(&path.join("one_line"), &vec![b'x'; 64 * MEBIBYTE])?;
    append_latency(&path.join("prints"))?;
    let log = path.join("large");
    write_large_log(&log)?;
    pages(&log)?;
    search(&log, "line 999999 ", Syntax::Plain)?;
    search(&log, r"(?i)ERROR|line 9{5}\b", Syntax::Regex)?;
    search(&log, "line", Syntax::Plain)?;
    std::fs::remove_file(log.join("log.index"))?;
    let (taken, size) = timed(|| LogReader::open(&log).map(|reader| reader.size()));
    println!(
        "{:<44} {:>9.1} ms",
        format!("rebuild the index of {} lines", size?.lines),
        milliseconds(taken)
    );
    Ok(())
}

fn text_of_lines(bytes: usize) -> Vec<u8> {
    (1..).flat_map(|number| line(number).into_bytes()).take(bytes).collect()
}

/// 129 bytes, coloured as pytest does it.
fn line(number: u64) -> String {
    format!("\x1b[32mline {number} \x1b[0m{:<107}\n", "of the log of a run that prints much")
}

fn append_throughput(directory: &Path, text: &[u8]) -> Result<(), Box<dyn Error>> {
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let directory = directory.join(round.to_string());
        let mut writer = LogWriter::create(&directory, &Nonce::random()?, UNLIMITED)?;
        let (taken, result) = timed(|| {
            text.chunks(64 * 1024)
                .zip(0..)
                .try_for_each(|(chunk, at)| writer.append(chunk, Millis(at)).map(|_| ()))
        });
        result?;
        times.push(taken);
        std::fs::remove_dir_all(&directory)?;
    }
    let rate = text.len() as f64 / 1e6 / median(&mut times).as_secs_f64();
    println!(
        "{:<44} {rate:>9.0} MB/s",
        format!("append, {}", directory.file_name().unwrap_or_default().display())
    );
    Ok(())
}

fn append_latency(directory: &Path) -> Result<(), Box<dyn Error>> {
    let mut writer = LogWriter::create(directory, &Nonce::random()?, UNLIMITED)?;
    let mut times = Vec::new();
    for at in 0..100_000 {
        let (taken, result) = timed(|| writer.append(b"one print of a test\n", Millis(at)));
        result?;
        times.push(taken);
    }
    println!("{:<44} {:>9.1} µs", "append, one print", median(&mut times).as_secs_f64() * 1e6);
    Ok(())
}

fn write_large_log(directory: &Path) -> Result<(), Box<dyn Error>> {
    let mut writer = LogWriter::create(directory, &Nonce::random()?, UNLIMITED)?;
    for first in (1..=LINES).step_by(100) {
        let text: String = (first..first + 100).map(line).collect();
        writer.append(text.as_bytes(), Millis(i64::try_from(first)?))?;
    }
    let size = writer.finish(Millis(0))?.size;
    println!("{:<44} {:>9} lines, {} bytes", "the large log", size.lines, size.bytes);
    Ok(())
}

/// 1,000 pages all over the log, each with a reader of its own as a request has.
fn pages(directory: &Path) -> Result<(), Box<dyn Error>> {
    let mut times = Vec::new();
    for page in 0..1000 {
        let from = 1 + page * 7919 * 37 % (LINES - 500);
        let (taken, lines) = timed(|| LogReader::open(directory)?.lines(from, 500));
        let lines = lines?;
        assert_eq!((lines.len(), lines[0].number), (500, from));
        times.push(taken);
    }
    let middle = median(&mut times);
    let slowest = times.last().copied().unwrap_or_default();
    println!(
        "{:<44} {:>9.2} ms, slowest {:.2} ms",
        "open a page of 500 lines",
        milliseconds(middle),
        milliseconds(slowest)
    );
    Ok(())
}

fn search(directory: &Path, pattern: &str, syntax: Syntax) -> Result<(), Box<dyn Error>> {
    let query = Query::new(pattern, syntax, Case::Sensitive)?;
    let limits = SearchLimits { from_line: 1, lines: 1000, time: Duration::from_mins(1) };
    let mut times = Vec::new();
    let mut count = 0;
    for _ in 0..ROUNDS {
        let (taken, found) = timed(|| LogReader::open(directory)?.search(&query, limits));
        count = found?.count;
        times.push(taken);
    }
    println!(
        "{:<44} {:>9.1} ms, {count} lines",
        format!("search {pattern:?}"),
        milliseconds(median(&mut times))
    );
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let started = Instant::now();
    let result = work();
    (started.elapsed(), result)
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
