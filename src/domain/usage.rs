//! What a run uses over time, in a bounded number of samples, and whether that came near a limit.

use super::limits::bytes_in_words;
use super::{Limits, Millis};

/// From this share of a limit on, a run came near it.
const NEAR_PERCENT: u64 = 90;

/// A look at a run: sums since its start, and what it has now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageSample {
    pub at: Millis,
    pub cpu_ms: i64,
    /// Of what is between this and the sample before, the most.
    pub memory_bytes: i64,
    pub processes: i64,
    pub read_bytes: i64,
    pub written_bytes: i64,
}

impl UsageSample {
    /// This and an earlier one as one.
    #[must_use]
    pub fn with(self, earlier: Self) -> Self {
        Self {
            memory_bytes: self.memory_bytes.max(earlier.memory_bytes),
            processes: self.processes.max(earlier.processes),
            ..self
        }
    }
}

/// The limits that a run is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageLimits {
    pub memory_bytes: u64,
    pub processes: u32,
    pub timeout_s: u32,
}

impl UsageLimits {
    pub fn new(limits: &Limits, timeout_s: u32) -> Self {
        Self { memory_bytes: limits.memory_bytes, processes: limits.processes, timeout_s }
    }

    /// In words, each limit that was nearly or wholly reached.
    pub fn nearly_reached(&self, memory_bytes: i64, processes: i64, took_ms: i64) -> Vec<String> {
        let memory = memory_bytes.unsigned_abs();
        let limit_ms = u64::from(self.timeout_s) * 1000;
        let took_ms = took_ms.unsigned_abs();
        let memory = is_near(memory, self.memory_bytes).then(|| {
            let (used, limit) = (bytes_in_words(memory), bytes_in_words(self.memory_bytes));
            format!("its memory came to {used}, and its limit is {limit}")
        });
        let processes = is_near(processes.unsigned_abs(), self.processes.into()).then(|| {
            format!(
                "it had {processes} processes and threads at once, and its limit is {}",
                self.processes
            )
        });
        let time = is_near(took_ms, limit_ms).then(|| {
            format!("it took {} s, and its limit is {} s", took_ms / 1000, self.timeout_s)
        });
        [memory, processes, time].into_iter().flatten().collect()
    }
}

fn is_near(used: u64, limit: u64) -> bool {
    u128::from(used) * 100 >= u128::from(limit) * u128::from(NEAR_PERCENT) && limit > 0
}

/// Samples of one run, oldest first: when there are too many, each two become one.
#[derive(Debug)]
pub struct Series {
    samples: Vec<UsageSample>,
    most: usize,
    period_ms: i64,
    /// Seen since the last one.
    open: Option<UsageSample>,
}

/// What a sample has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is part of the next one.
    Not,
    Added(UsageSample),
    /// All samples are others now.
    Thinned,
}

impl Series {
    /// At most `most` samples, at least two; the first ones `period_ms` from each other.
    pub fn new(most: usize, period_ms: i64) -> Self {
        Self { samples: Vec::new(), most: most.max(2), period_ms, open: None }
    }

    pub fn samples(&self) -> &[UsageSample] {
        &self.samples
    }

    pub fn period_ms(&self) -> i64 {
        self.period_ms
    }

    pub fn push(&mut self, sample: UsageSample) -> Kept {
        let sample = self.open.map_or(sample, |earlier| sample.with(earlier));
        // Timers are not exact.
        let due = |last: &UsageSample| {
            // Also after the clock was set back.
            sample.at < last.at || sample.at.since(last.at) >= self.period_ms * 9 / 10
        };
        if !self.samples.last().is_none_or(due) {
            self.open = Some(sample);
            return Kept::Not;
        }
        self.open = None;
        self.samples.push(sample);
        if self.samples.len() <= self.most {
            return Kept::Added(sample);
        }
        let pairs = self.samples.chunks(2);
        self.samples = pairs
            .map(|pair| pair[1..].iter().fold(pair[0], |first, next| next.with(first)))
            .collect();
        self.period_ms *= 2;
        Kept::Thinned
    }

    /// What was seen since the last sample, which nothing follows any more.
    pub fn end(&mut self) -> Option<UsageSample> {
        self.open.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(at: i64, memory_bytes: i64) -> UsageSample {
        UsageSample {
            at: Millis(at),
            cpu_ms: at,
            memory_bytes,
            processes: 1,
            read_bytes: 0,
            written_bytes: 0,
        }
    }

    #[test]
    fn a_long_run_keeps_few_samples_and_its_peak() {
        let mut series = Series::new(100, 200);
        for look in 0..10_000 {
            series.push(sample(look * 200, if look == 5_003 { 9 } else { 1 }));
        }
        let kept = series.samples();
        assert!((50..=100).contains(&kept.len()), "{}", kept.len());
        assert_eq!(kept.iter().map(|one| one.memory_bytes).max(), Some(9));
        assert!(kept[kept.len() - 1].at.0 > 1_900_000, "{:?}", kept.last());
        assert!(kept.windows(2).all(|two| two[0].at < two[1].at));
    }

    #[test]
    fn what_comes_too_early_is_part_of_the_next_one() {
        let mut series = Series::new(100, 200);
        assert_eq!(series.push(sample(0, 1)), Kept::Added(sample(0, 1)));
        assert_eq!(series.push(sample(100, 7)), Kept::Not);
        assert_eq!(series.push(sample(190, 2)), Kept::Added(sample(190, 7)));
        assert_eq!(series.push(sample(200, 3)), Kept::Not);
        assert_eq!(series.end(), Some(sample(200, 3)));
    }

    #[test]
    fn a_limit_that_was_nearly_reached_is_told() {
        let limits = UsageLimits { memory_bytes: 1000, processes: 100, timeout_s: 60 };
        assert_eq!(limits.nearly_reached(899, 89, 53_999), Vec::<String>::new());
        let words = limits.nearly_reached(900, 90, 54_000);
        assert_eq!(
            words,
            [
                "its memory came to 900 bytes, and its limit is 1000 bytes",
                "it had 90 processes and threads at once, and its limit is 100",
                "it took 54 s, and its limit is 60 s",
            ]
        );
    }
}
