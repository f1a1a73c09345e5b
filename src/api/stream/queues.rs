//! Who has moved up in a queue since clients were told.

use std::collections::HashMap;

use crate::domain::{Environment, EnvironmentId, RunId};

/// That many runs of a queue move up before everybody's eyes.
const SHOWN_IN_QUEUE: usize = 200;

/// The queues as they were told last, to see who has moved up since.
#[derive(Debug, Default)]
pub struct Queues {
    told: HashMap<EnvironmentId, (Option<RunId>, Vec<RunId>)>,
}

impl Queues {
    /// The queued runs of `environment` whose place or reason to wait is not what was told.
    pub fn moved(&mut self, environment: &Environment) -> Vec<RunId> {
        let holder = environment.holder.as_ref().map(|holder| holder.run);
        let queue: Vec<_> = environment.queue.iter().take(SHOWN_IN_QUEUE).copied().collect();
        let before = match self.told.insert(environment.id, (holder, queue.clone())) {
            // All of them wait for the holder to end.
            Some((held_by, before)) if held_by == holder => before,
            _ => Vec::new(),
        };
        let is_new = |(index, run): &(usize, RunId)| before.get(*index) != Some(run);
        queue.into_iter().enumerate().filter(is_new).map(|(_, run)| run).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::{Epoch, Holder, Millis};

    fn environment(holder: Option<i64>, queue: &[i64]) -> Environment {
        Environment {
            id: EnvironmentId(7),
            name: "env-7".into(),
            description: String::new(),
            labels: Vec::new(),
            variables: BTreeMap::new(),
            maintenance: None,
            epoch: Epoch(1),
            holder: holder.map(|run| Holder { run: RunId(run), since: Millis(0) }),
            queue: queue.iter().map(|run| RunId(*run)).collect(),
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
