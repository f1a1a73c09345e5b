//! Runs that take any free environment: which one, and what they wait for.

use std::collections::{HashMap, HashSet};

use super::policy::{Head, Snapshot, Workers};
use super::{Environment, EnvironmentId, EnvironmentState, RunId};

/// The first run of a queue for any environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyHead {
    pub run: RunId,
    /// Where it waits; below zero.
    pub queue: EnvironmentId,
    pub requester: String,
    pub labels: Vec<String>,
}

impl Snapshot {
    /// Where the first runs that take any environment go now: whoever asked first for what is free goes first. They take an
    /// environment that nobody waits for by its number, if there is one, else one where they were earlier.
    pub(super) fn placed(&self) -> Vec<Head> {
        if self.waiting.is_empty() {
            return Vec::new();
        }
        let first: HashMap<_, _> =
            self.heads.iter().map(|head| (head.environment, head.run)).collect();
        let mut taken = HashSet::new();
        let mut placed = Vec::new();
        for any in self.first_of_each_queue() {
            let fits = |id: &EnvironmentId, labels: &[String]| {
                !taken.contains(id) && any.labels.iter().all(|label| labels.contains(label))
            };
            let mut open = self.open.iter().filter(|(id, labels)| fits(id, labels));
            let choice = open.clone().find(|(id, _)| !first.contains_key(id)).or_else(|| {
                open.find(|(id, _)| first.get(id).is_some_and(|first| any.run < *first))
            });
            let Some((environment, _)) = choice else { continue };
            taken.insert(*environment);
            let AnyHead { run, queue, requester, labels } = any.clone();
            placed.push(Head { run, environment: *environment, queue, requester, labels });
        }
        placed
    }

    /// Those who asked first before the others.
    fn first_of_each_queue(&self) -> Vec<&AnyHead> {
        let mut queues = HashSet::new();
        let mut first: Vec<_> =
            self.waiting.iter().filter(|any| queues.insert(any.queue)).collect();
        first.sort_by_key(|any| any.run);
        first
    }
}

/// What a run with these labels waits for behind `ahead` others, to follow "waits for".
pub fn waits_for(
    labels: &[String],
    ahead: usize,
    environments: &[Environment],
    workers: Workers,
) -> String {
    let what = described(labels);
    let fitting: Vec<_> = environments.iter().filter(|one| one.has_labels(labels)).collect();
    let in_state =
        |state: EnvironmentState| fitting.iter().filter(|one| one.state() == state).count();
    if fitting.is_empty() {
        return format!("a free environment{what}: none has {} now", these(labels));
    }
    if ahead > 0 {
        let are = if ahead == 1 { "run is" } else { "runs are" };
        return format!("a free environment{what}; {ahead} {are} ahead");
    }
    if in_state(EnvironmentState::Free) == 0 {
        let counts: Vec<_> = [
            (EnvironmentState::Busy, "busy"),
            (EnvironmentState::Reserved, "reserved"),
            (EnvironmentState::Maintenance, "in maintenance"),
        ]
        .into_iter()
        .map(|(state, word)| (in_state(state), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
        return format!("a free environment{what}: {}", counts.join(", "));
    }
    match workers {
        Workers::None => "a worker: none is alive; start one with `proctor worker`".to_owned(),
        Workers::Elsewhere => format!(
            "a worker that serves such an environment{what}: those that are alive serve others; start one with \
             `proctor worker`"
        ),
        Workers::Busy => "a free slot: every worker is running as many runs as it may".to_owned(),
        Workers::Free => "a worker to take it now".to_owned(),
    }
}

fn described(labels: &[String]) -> String {
    match labels {
        [] => String::new(),
        [one] => format!(" with label {one}"),
        many => format!(" with labels {}", many.join(", ")),
    }
}

fn these(labels: &[String]) -> &'static str {
    if labels.len() == 1 { "this label" } else { "these labels" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(run: i64, labels: &[&str]) -> AnyHead {
        AnyHead {
            run: RunId(run),
            queue: EnvironmentId(-run),
            requester: "ann".into(),
            labels: labels.iter().map(ToString::to_string).collect(),
        }
    }

    fn numbered(run: i64, environment: i64) -> Head {
        let environment = EnvironmentId(environment);
        let requester = "ben".into();
        Head { run: RunId(run), environment, queue: environment, requester, labels: vec![] }
    }

    fn placed(heads: Vec<Head>, waiting: Vec<AnyHead>, open: &[(i64, &[&str])]) -> Vec<(i64, i64)> {
        let mut all: Vec<_> = snapshot(heads, waiting, open).choose(9).iter().map(place).collect();
        all.sort_unstable();
        all
    }

    fn snapshot(heads: Vec<Head>, waiting: Vec<AnyHead>, open: &[(i64, &[&str])]) -> Snapshot {
        let open = open
            .iter()
            .map(|(id, labels)| {
                (EnvironmentId(*id), labels.iter().map(ToString::to_string).collect())
            })
            .collect();
        Snapshot { heads, waiting, open, ..Snapshot::default() }
    }

    fn place(head: &Head) -> (i64, i64) {
        (head.environment.0, head.run.0)
    }

    #[test]
    fn the_next_of_a_queue_is_a_candidate_when_its_first_has_been_chosen() {
        let second = AnyHead { queue: EnvironmentId(-1), ..any(2, &[]) };
        let heads = vec![numbered(9, 5)];
        let mut snapshot =
            snapshot(heads, vec![any(1, &[]), second], &[(4, &[]), (5, &[]), (6, &[])]);
        snapshot.running.insert("ben".into(), 7);
        let chosen: Vec<_> = snapshot.choose(9).iter().map(place).collect();
        assert_eq!(chosen, [(4, 1), (6, 2), (5, 9)]);
    }

    #[test]
    fn whoever_asked_first_goes_first() {
        let open: &[(i64, &[&str])] = &[(1, &[])];
        assert_eq!(placed(vec![numbered(4, 1)], vec![any(3, &[])], open), [(1, 3)]);
        assert_eq!(placed(vec![numbered(2, 1)], vec![any(3, &[])], open), [(1, 2)]);
    }

    #[test]
    fn an_environment_that_nobody_waits_for_is_taken_first() {
        let open: &[(i64, &[&str])] = &[(1, &[]), (2, &[])];
        assert_eq!(placed(vec![numbered(4, 1)], vec![any(3, &[])], open), [(1, 4), (2, 3)]);
    }

    #[test]
    fn all_labels_are_needed() {
        let open: &[(i64, &[&str])] = &[(1, &["gpu"]), (2, &["gpu", "arm"]), (3, &["arm"])];
        assert_eq!(placed(vec![], vec![any(3, &["arm", "gpu"])], open), [(2, 3)]);
        assert_eq!(placed(vec![], vec![any(3, &["x86"])], open), []);
    }

    #[test]
    fn what_is_waited_for_is_said() {
        let labels = ["gpu".to_owned()];
        let mut one = Environment::new(EnvironmentId(1));
        one.labels = labels.to_vec();
        let told = |all: &[Environment], ahead| waits_for(&labels, ahead, all, Workers::Free);
        assert_eq!(told(&[], 0), "a free environment with label gpu: none has this label now");
        assert_eq!(told(&[one.clone()], 2), "a free environment with label gpu; 2 runs are ahead");
        let closed = Environment { maintenance: Some("x".into()), ..one.clone() };
        assert_eq!(told(&[closed], 0), "a free environment with label gpu: 1 in maintenance");
        assert_eq!(told(&[one], 0), "a worker to take it now");
    }
}
