//! What a run used over time, in a file beside its log: a line with its limits, then a line of numbers for each sample.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::domain::Millis;
use crate::domain::usage::{Kept, Series, UsageLimits, UsageSample};

/// Between the first samples of a run.
const FINEST_MS: i64 = 200;

/// Writes the samples of one run.
#[derive(Debug)]
pub struct SeriesWriter {
    path: PathBuf,
    limits: UsageLimits,
    series: Series,
}

impl SeriesWriter {
    /// Begins anew, with at most `most` samples.
    pub fn new(run_directory: &Path, limits: UsageLimits, most: usize) -> Self {
        Self { path: path(run_directory), limits, series: Series::new(most, FINEST_MS) }
    }

    /// Until the next look at the run is worth something.
    pub fn period_ms(&self) -> i64 {
        self.series.period_ms()
    }

    pub fn is_empty(&self) -> bool {
        self.series.samples().is_empty()
    }

    /// Takes a sample; answers it as it was kept, if it was.
    ///
    /// # Errors
    /// That of the disk.
    pub fn push(&mut self, sample: UsageSample) -> io::Result<Option<UsageSample>> {
        match self.series.push(sample) {
            Kept::Not => Ok(None),
            Kept::Added(sample) if self.series.samples().len() > 1 => {
                self.append(sample)?;
                Ok(Some(sample))
            }
            Kept::Added(_) | Kept::Thinned => {
                self.write_all()?;
                Ok(self.series.samples().last().copied())
            }
        }
    }

    /// Keeps what is left at the end of the run.
    ///
    /// # Errors
    /// That of the disk.
    pub fn end(&mut self) -> io::Result<()> {
        self.series.end().map_or(Ok(()), |sample| self.append(sample))
    }

    fn append(&self, sample: UsageSample) -> io::Result<()> {
        OpenOptions::new().append(true).open(&self.path)?.write_all(line(&sample).as_bytes())
    }

    fn write_all(&self) -> io::Result<()> {
        let UsageLimits { memory_bytes, processes, timeout_s } = self.limits;
        let mut text = format!("{memory_bytes} {processes} {timeout_s}\n");
        text.extend(self.series.samples().iter().map(line));
        // A reader has the old ones or the new ones.
        let half_done = self.path.with_extension("new");
        fs::write(&half_done, text)?;
        fs::rename(&half_done, &self.path)
    }
}

/// What was kept so far, and the limits that the run was held to; `None` of a run whose processes have not begun.
///
/// # Errors
/// That of the disk.
pub fn read_series(run_directory: &Path) -> io::Result<Option<(UsageLimits, Vec<UsageSample>)>> {
    let text = match File::open(path(run_directory)).and_then(io::read_to_string) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // The last line may be half written.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let mut lines = whole.lines();
    Ok(lines.next().and_then(limits).map(|limits| (limits, lines.filter_map(sample).collect())))
}

fn path(run_directory: &Path) -> PathBuf {
    run_directory.join("usage")
}

fn line(sample: &UsageSample) -> String {
    let UsageSample { at, cpu_ms, memory_bytes, processes, read_bytes, written_bytes } = sample;
    format!("{} {cpu_ms} {memory_bytes} {processes} {read_bytes} {written_bytes}\n", at.0)
}

fn limits(line: &str) -> Option<UsageLimits> {
    let mut words = line.split(' ');
    Some(UsageLimits {
        memory_bytes: words.next()?.parse().ok()?,
        processes: words.next()?.parse().ok()?,
        timeout_s: words.next()?.parse().ok()?,
    })
}

fn sample(line: &str) -> Option<UsageSample> {
    let mut numbers = line.split(' ').map_while(|word| word.parse().ok());
    Some(UsageSample {
        at: Millis(numbers.next()?),
        cpu_ms: numbers.next()?,
        memory_bytes: numbers.next()?,
        processes: numbers.next()?,
        read_bytes: numbers.next()?,
        written_bytes: numbers.next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: UsageLimits = UsageLimits { memory_bytes: 1 << 30, processes: 9, timeout_s: 60 };

    fn sample(at: i64) -> UsageSample {
        UsageSample {
            at: Millis(at),
            cpu_ms: 1,
            memory_bytes: 2,
            processes: 3,
            read_bytes: 4,
            written_bytes: 5,
        }
    }

    #[test]
    fn what_was_kept_is_read_again_while_it_grows() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        assert_eq!(read_series(home.path())?, None);
        let mut writer = SeriesWriter::new(home.path(), LIMITS, 10);
        for look in 0..15 {
            writer.push(sample(look * 200))?;
            let (limits, read) = read_series(home.path())?.unwrap_or((LIMITS, Vec::new()));
            assert_eq!((limits, read.as_slice()), (LIMITS, writer.series.samples()));
        }
        let kept = writer.series.samples().len();
        writer.push(sample(2900))?;
        writer.end()?;
        let (_, read) = read_series(home.path())?.unwrap_or((LIMITS, Vec::new()));
        assert_eq!((read.len(), read.last()), (kept + 1, Some(&sample(2900))));
        Ok(())
    }

    #[test]
    fn a_line_that_is_half_written_is_not_there_yet() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        fs::write(path(home.path()), "100 9 60\n1 2 3 4 5 6\n2 3 4 5 6 77")?;
        let (_, read) = read_series(home.path())?.unwrap_or((LIMITS, Vec::new()));
        assert_eq!(read.iter().map(|one| one.at.0).collect::<Vec<_>>(), [1]);
        Ok(())
    }
}
