//! Which environments a worker may serve.

use super::EnvironmentId;

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

#[cfg(test)]
mod tests {
    use super::*;

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
