//! Templates: saved ways to run, with parameters that a person chooses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Options, PlanId};

#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Of all templates only this one has it.
    pub name: String,
    pub description: String,
    pub targets: Vec<String>,
    pub plans: Vec<PlanId>,
    pub parameters: Vec<Parameter>,
    pub variables: BTreeMap<String, String>,
    pub options: Options,
}

/// A named choice that the tests read as an environment variable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    pub name: String,
    pub choices: Vec<String>,
    /// One of the choices; without it somebody has to choose.
    pub default: Option<String>,
    pub description: String,
}

/// What is wrong with the choice for one parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadChoice {
    pub parameter: String,
    pub fault: ChoiceFault,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChoiceFault {
    /// The template has no such parameter.
    Unknown,
    /// Not one of the choices, which are these.
    NoChoice { chosen: String, choices: Vec<String> },
    /// Nothing was chosen, and there is no default among these choices.
    Missing { choices: Vec<String> },
}

impl Template {
    /// A value for every parameter: what was chosen, else the default.
    ///
    /// # Errors
    /// Everything that is wrong with the choices.
    pub fn choose(
        &self,
        chosen: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Vec<BadChoice>> {
        let mut values = BTreeMap::new();
        let is_known = |name: &String| self.parameters.iter().any(|one| one.name == *name);
        let unknown =
            |name: &String| BadChoice { parameter: name.clone(), fault: ChoiceFault::Unknown };
        let mut bad: Vec<BadChoice> =
            chosen.keys().filter(|name| !is_known(name)).map(unknown).collect();
        for parameter in &self.parameters {
            match parameter.value(chosen.get(&parameter.name)) {
                Ok(value) => {
                    values.insert(parameter.name.clone(), value);
                }
                Err(fault) => bad.push(BadChoice { parameter: parameter.name.clone(), fault }),
            }
        }
        if bad.is_empty() { Ok(values) } else { Err(bad) }
    }
}

impl Parameter {
    fn value(&self, chosen: Option<&String>) -> Result<String, ChoiceFault> {
        let choices = || self.choices.clone();
        match chosen {
            Some(chosen) if self.choices.contains(chosen) => Ok(chosen.clone()),
            Some(chosen) => {
                Err(ChoiceFault::NoChoice { chosen: chosen.clone(), choices: choices() })
            }
            None => self.default.clone().ok_or_else(|| ChoiceFault::Missing { choices: choices() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> Template {
        let parameter = |name: &str, default: Option<&str>| Parameter {
            name: name.into(),
            choices: vec!["REST".into(), "SOAP".into()],
            default: default.map(Into::into),
            description: String::new(),
        };
        Template {
            name: "api".into(),
            description: String::new(),
            targets: Vec::new(),
            plans: Vec::new(),
            parameters: vec![parameter("INTERFACE", Some("REST")), parameter("OTHER", None)],
            variables: BTreeMap::new(),
            options: Options::default(),
        }
    }

    fn chosen(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_nobody_chose_has_its_default() {
        let values = template().choose(&chosen(&[("OTHER", "SOAP")]));
        assert_eq!(values, Ok(chosen(&[("INTERFACE", "REST"), ("OTHER", "SOAP")])));
    }

    #[test]
    fn every_bad_choice_is_told() {
        let bad = template().choose(&chosen(&[("INTERFACE", "FTP"), ("TYPO", "x")]));
        let choices = || vec!["REST".to_owned(), "SOAP".to_owned()];
        let bad_choice = |parameter: &str, fault| BadChoice { parameter: parameter.into(), fault };
        assert_eq!(
            bad,
            Err(vec![
                bad_choice("TYPO", ChoiceFault::Unknown),
                bad_choice(
                    "INTERFACE",
                    ChoiceFault::NoChoice { chosen: "FTP".into(), choices: choices() }
                ),
                bad_choice("OTHER", ChoiceFault::Missing { choices: choices() }),
            ])
        );
    }
}
