//! Who has moved up in a queue since clients were told.

use std::collections::HashMap;

use crate::domain::{Environment, EnvironmentId, Reservation, RunId};

/// That many runs of a queue move up before everybody's eyes.
pub const SHOWN_IN_QUEUE: usize = 200;

/// The queues as they were told last, to see who has moved up since.
#[derive(Debug, Default)]
pub struct Queues {
    told: HashMap<EnvironmentId, (Cause, Vec<RunId>)>,
}

/// What all of a queue wait for.
#[derive(Debug, PartialEq, Eq)]
struct Cause {
    holder: Option<RunId>,
    reservation: Option<Reservation>,
    maintenance: Option<String>,
}

impl Queues {
    /// The queued runs of `environment` whose place or reason to wait is not what was told.
    pub fn moved(&mut self, environment: &Environment) -> Vec<RunId> {
        let cause = || Cause {
            holder: environment.holder.as_ref().map(|holder| holder.run),
            reservation: environment.reservation.clone(),
            maintenance: environment.maintenance.clone(),
        };
        let queue: Vec<_> = environment.queue.iter().take(SHOWN_IN_QUEUE).copied().collect();
        let before = match self.told.insert(environment.id, (cause(), queue.clone())) {
            Some((told, before)) if told == cause() => before,
            _ => Vec::new(),
        };
        let is_new = |(index, run): &(usize, RunId)| before.get(*index) != Some(run);
        queue.into_iter().enumerate().filter(is_new).map(|(_, run)| run).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Holder, Millis};

    fn environment(holder: Option<i64>, queue: &[i64]) -> Environment {
        Environment {
            holder: holder.map(|run| Holder { run: RunId(run), since: Millis(0) }),
            queue: queue.iter().map(|run| RunId(*run)).collect(),
            ..Environment::new(EnvironmentId(7))
        }
    }

    #[test]
    fn only_those_who_have_moved_are_told_again() {
        let mut queues = Queues::default();
        let mut moved = |holder, queue: &[i64]| -> Vec<i64> {
            queues.moved(&environment(holder, queue)).iter().map(|run| run.0).collect()
        };
        assert_eq!(moved(None, &[1, 2]), [1, 2]);
        assert_eq!(moved(None, &[1, 2, 3]), [3]);
        assert_eq!(moved(Some(1), &[2, 3]), [2, 3]);
        assert_eq!(moved(Some(1), &[2, 3, 4]), [4]);
        assert_eq!(moved(Some(1), &[2, 4]), [4]);
        assert_eq!(moved(Some(1), &[2, 4]), [0; 0]);
    }
}
