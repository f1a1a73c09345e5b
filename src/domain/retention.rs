//! For how long, and how much of it, what runs leave is kept.

use super::{Millis, RunId};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What can go of a finished run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Log,
    Artifacts,
    /// All of it, and all that is known of it.
    Run,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Log, Self::Artifacts, Self::Run];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Artifacts => "artifacts",
            Self::Run => "run",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == name)
    }
}

/// What is kept of something; `None`: for ever, and all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bounds {
    /// After the end of a run.
    pub days: Option<u32>,
    /// Bytes of all runs together; of runs, their number.
    pub most: Option<u64>,
}

impl Bounds {
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// What ended before then is too old.
    pub fn cutoff(&self, now: Millis) -> Option<Millis> {
        self.days.map(|days| Millis(now.0.saturating_sub(i64::from(days) * DAY_MS)))
    }

    /// How many of these, oldest first, have to go, so that of `total` bytes no more than the most are left.
    pub fn beyond(&self, total: u64, oldest: impl Iterator<Item = u64>) -> usize {
        let Some(most) = self.most else { return 0 };
        let mut left = total;
        let is_too_much = |bytes: &u64| {
            let too_much = left > most;
            left = left.saturating_sub(*bytes);
            too_much
        };
        oldest.take_while(is_too_much).count()
    }
}

/// Something that was there and is not any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pruning {
    pub run: RunId,
    pub part: Part,
    pub at: Millis,
    /// In words, to follow "because".
    pub reason: String,
}

impl Pruning {
    /// What was removed, when and why.
    pub fn words(&self) -> String {
        let Self { run, at, reason, .. } = self;
        match self.part {
            Part::Log => format!("the log of run {run} was removed on {at}, because {reason}"),
            Part::Artifacts => {
                format!("the artifacts of run {run} were removed on {at}, because {reason}")
            }
            Part::Run => format!("run {run} was removed on {at}, because {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_until_the_rest_fits_exactly() {
        let bounds = |most| Bounds { days: None, most: Some(most) };
        let sizes = || [10, 20, 30].into_iter();
        assert_eq!(bounds(60).beyond(60, sizes()), 0);
        assert_eq!(bounds(59).beyond(60, sizes()), 1);
        assert_eq!(bounds(50).beyond(60, sizes()), 1);
        assert_eq!(bounds(49).beyond(60, sizes()), 2);
        assert_eq!(bounds(1).beyond(60, sizes()), 3);
        assert_eq!(Bounds::default().beyond(60, sizes()), 0);
    }

    #[test]
    fn a_day_is_a_day() {
        let bounds = Bounds { days: Some(2), most: None };
        assert_eq!(bounds.cutoff(Millis(172_800_001)), Some(Millis(1)));
        assert_eq!(Bounds::default().cutoff(Millis(1)), None);
    }
}
