//! Which environments a worker may serve.

use super::policy::Workers;
use super::{Environment, EnvironmentId};

/// Labels and numbers of environments; without any, a worker serves all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Serves(pub Vec<String>);

impl Serves {
    /// Whether runs in this environment may be executed.
    pub fn allows(&self, id: EnvironmentId, labels: &[String]) -> bool {
        let is_this = |wanted: &String| *wanted == id.to_string() || labels.contains(wanted);
        self.0.is_empty() || self.0.iter().any(is_this)
    }
}

/// The workers that take runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Crew(pub Vec<Hand>);

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    pub serves: Serves,
    pub slots: i64,
    /// Runs that it executes.
    pub running: i64,
}

impl Crew {
    pub fn has_a_free_slot(&self) -> bool {
        self.0.iter().any(Hand::is_free)
    }

    /// Whether somebody could execute a run in this environment now.
    pub fn at(&self, environment: &Environment) -> Workers {
        self.at_one_of(std::iter::once(environment))
    }

    /// The same, in one of these.
    pub fn at_one_of<'a>(&self, environments: impl Iterator<Item = &'a Environment>) -> Workers {
        if self.0.is_empty() {
            return Workers::None;
        }
        let environments: Vec<_> = environments.collect();
        let serves =
            |hand: &&Hand| environments.iter().any(|one| hand.serves.allows(one.id, &one.labels));
        let mut here = self.0.iter().filter(serves).peekable();
        if here.peek().is_none() {
            return Workers::Elsewhere;
        }
        if here.any(Hand::is_free) { Workers::Free } else { Workers::Busy }
    }
}

impl Hand {
    fn is_free(&self) -> bool {
        self.running < self.slots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_who_serve_an_environment_count_there() {
        let hand = |serves: &[&str], running| Hand {
            serves: Serves(serves.iter().map(|word| (*word).to_owned()).collect()),
            slots: 2,
            running,
        };
        let (seven, mut lab) =
            (Environment::new(EnvironmentId(7)), Environment::new(EnvironmentId(8)));
        lab.labels = vec!["lab".to_owned()];
        assert_eq!(Crew::default().at(&seven), Workers::None);
        let crew = Crew(vec![hand(&["lab"], 2)]);
        assert_eq!(crew.at(&seven), Workers::Elsewhere);
        assert_eq!(crew.at(&lab), Workers::Busy);
        assert_eq!(crew.at_one_of([&seven, &lab].into_iter()), Workers::Busy);
        let crew = Crew(vec![hand(&["lab"], 2), hand(&["7"], 1)]);
        assert_eq!((crew.at(&seven), crew.at(&lab)), (Workers::Free, Workers::Busy));
        assert_eq!(Crew(vec![hand(&[], 1)]).at(&lab), Workers::Free);
    }

    #[test]
    fn an_environment_is_named_by_its_number_or_one_of_its_labels() {
        let words =
            |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let serves = Serves(words(&["gpu", "7"]));
        assert!(serves.allows(EnvironmentId(7), &[]));
        assert!(serves.allows(EnvironmentId(8), &words(&["lab", "gpu"])));
        assert!(!serves.allows(EnvironmentId(77), &words(&["lab"])));
        assert!(Serves::default().allows(EnvironmentId(1), &[]));
    }
}
