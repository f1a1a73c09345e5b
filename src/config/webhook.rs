//! Whom the server tells that a run has ended. Only the operator names them: no request of a user decides where to.

use serde::Deserialize;

use super::ConfigError;
use crate::domain::Outcome;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// By which it is known in logs; no other has it.
    pub name: String,
    /// http or https.
    pub url: String,
    /// Signs what is sent.
    pub secret: Option<String>,
    /// Of which it is told; all of them when left out.
    pub outcomes: Option<Vec<String>>,
    /// Whether it may be in a private network, or on this machine.
    #[serde(default)]
    pub allow_private: bool,
    /// For the whole of one attempt.
    #[serde(default = "usual_timeout")]
    pub timeout_s: u32,
    /// After so many it is given up.
    #[serde(default = "usual_attempts")]
    pub attempts: u32,
}

fn usual_timeout() -> u32 {
    10
}

fn usual_attempts() -> u32 {
    12
}

impl Webhook {
    /// The outcomes of which it is told.
    pub fn wanted(&self) -> Vec<Outcome> {
        let is_wanted = |outcome: &Outcome| {
            self.outcomes.as_ref().is_none_or(|all| all.iter().any(|one| one == outcome.as_str()))
        };
        Outcome::ALL.into_iter().filter(is_wanted).collect()
    }

    pub(super) fn check(all: &[Self]) -> Result<(), ConfigError> {
        for (place, one) in all.iter().enumerate() {
            let wrong = |words: String| Err(ConfigError::Webhook(one.name.clone(), words));
            if one.name.is_empty() || all[..place].iter().any(|other| other.name == one.name) {
                return wrong("each needs a name of its own".into());
            }
            let host = one.url.strip_prefix("https://").or(one.url.strip_prefix("http://"));
            if host.is_none_or(|host| host.is_empty() || host.contains(char::is_whitespace)) {
                return wrong(format!("url {:?} must begin with https:// or http://", one.url));
            }
            if one.secret.as_ref().is_some_and(|secret| secret.len() < 16) {
                return wrong("its secret needs at least 16 bytes".into());
            }
            let known = |name: &String| Outcome::ALL.iter().any(|one| one.as_str() == name);
            if let Some(name) = one.outcomes.iter().flatten().find(|name| !known(name)) {
                let all = Outcome::ALL.map(Outcome::as_str).join(", ");
                return wrong(format!("there is no outcome {name:?}; there are {all}"));
            }
            if !(1..=60).contains(&one.timeout_s) || !(1..=30).contains(&one.attempts) {
                return wrong("timeout_s is from 1 to 60, attempts from 1 to 30".into());
            }
        }
        Ok(())
    }
}
