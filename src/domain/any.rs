//! Runs that take any free environment: which one, and what they wait for.

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
    /// Lets runs that take any environment compete: whoever asked first for what is free goes first. They take an
    /// environment that nobody waits for by its number, if there is one, else one where they were earlier.
    pub fn place(&mut self, mut waiting: Vec<AnyHead>, open: &[(EnvironmentId, Vec<String>)]) {
        waiting.sort_by_key(|head| head.run);
        let mut left: Vec<_> = open.iter().collect();
        for any in waiting {
            let fits = |labels: &[String]| any.labels.iter().all(|label| labels.contains(label));
            let first = |id: EnvironmentId| self.heads.iter().find(|head| head.environment == id);
            let choice = left
                .iter()
                .enumerate()
                .filter(|(_, (_, labels))| fits(labels))
                .map(|(index, (id, _))| (index, *id, first(*id).map(|head| head.run)))
                .filter(|(.., first)| first.is_none_or(|first| any.run < first))
                .min_by_key(|(_, id, first)| (first.is_some(), *id));
            let Some((index, environment, _)) = choice else { continue };
            left.remove(index);
            self.heads.retain(|head| head.environment != environment);
            let AnyHead { run, queue, requester, .. } = any;
            self.heads.push(Head { run, environment, queue, requester });
        }
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
            queue: EnvironmentId(-1),
            requester: "ann".into(),
            labels: labels.iter().map(ToString::to_string).collect(),
        }
    }

    fn numbered(run: i64, environment: i64) -> Head {
        let environment = EnvironmentId(environment);
        Head { run: RunId(run), environment, queue: environment, requester: "ben".into() }
    }

    fn placed(heads: Vec<Head>, waiting: Vec<AnyHead>, open: &[(i64, &[&str])]) -> Vec<(i64, i64)> {
        let mut snapshot = Snapshot { heads, ..Snapshot::default() };
        let open: Vec<_> = open
            .iter()
            .map(|(id, labels)| {
                (EnvironmentId(*id), labels.iter().map(ToString::to_string).collect())
            })
            .collect();
        snapshot.place(waiting, &open);
        let mut all: Vec<_> =
            snapshot.heads.iter().map(|head| (head.environment.0, head.run.0)).collect();
        all.sort_unstable();
        all
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
