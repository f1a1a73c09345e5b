//! What was examined and what came out.

use serde::Serialize;

/// Worse ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Pass,
    Degraded,
    Fail,
}

#[derive(Debug, Clone, Serialize)]
pub struct Check {
    pub name: &'static str,
    pub verdict: Verdict,
    /// What was seen.
    pub finding: String,
    /// What does not work because of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Verdict {
    pub fn exit_status(self) -> u8 {
        self as u8
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Pass => "Every promise is kept here.",
            Self::Degraded => "It works here; what is degraded is said above.",
            Self::Fail => "It does not work here as it must; what failed is said above.",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Degraded => "DEGRADED",
            Self::Fail => "FAIL",
        }
    }
}

impl Check {
    pub fn new(name: &'static str) -> Self {
        Self { name, verdict: Verdict::Pass, finding: String::new(), lost: None, fix: None }
    }

    pub fn passes(mut self, finding: &str) -> Self {
        finding.clone_into(&mut self.finding);
        self
    }

    pub fn degrades(self, finding: &str, lost: &str, fix: &str) -> Self {
        self.is(Verdict::Degraded, finding, lost, fix)
    }

    pub fn fails(self, finding: &str, lost: &str, fix: &str) -> Self {
        self.is(Verdict::Fail, finding, lost, fix)
    }

    fn is(self, verdict: Verdict, finding: &str, lost: &str, fix: &str) -> Self {
        Self {
            verdict,
            finding: finding.to_owned(),
            lost: Some(lost.to_owned()),
            fix: Some(fix.to_owned()),
            ..self
        }
    }

    pub fn print(&self) {
        println!("{:<8}  {}: {}", self.verdict.label(), self.name, self.finding);
        for (name, words) in [("lost", &self.lost), ("fix", &self.fix)] {
            if let Some(words) = words {
                println!("{:10}{name}: {words}", "");
            }
        }
    }
}
