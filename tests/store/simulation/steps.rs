//! What can happen, drawn at random.

use proctor::actions::Begin;
use proctor::domain::Outcome;
use proptest::prelude::*;

use super::{ENVIRONMENTS, LABELS, PEOPLE};

#[derive(Debug, Clone)]
pub enum Step {
    Submit {
        who: usize,
        place: Place,
        retries: u32,
        keep: bool,
    },
    Claim {
        slots: usize,
    },
    Finish {
        which: usize,
        outcome: Outcome,
    },
    Cancel {
        which: usize,
    },
    Wait {
        seconds: i64,
    },
    Renew {
        which: usize,
    },
    Reserve {
        who: usize,
        environment: i64,
        minutes: i64,
        begin: Begin,
    },
    Release {
        environment: i64,
    },
    /// The worker and the trees of all its runs are gone.
    Crash,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Number(i64),
    /// Any environment with this one of the labels.
    Any(usize),
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let environment = 1..=ENVIRONMENTS;
    let place = prop_oneof![
        3 => environment.clone().prop_map(Place::Number),
        2 => (0..LABELS.len()).prop_map(Place::Any),
    ];
    let outcome = prop_oneof![Just(Outcome::Passed), Just(Outcome::Failed), Just(Outcome::Lost)];
    let begin = prop_oneof![Just(Begin::Now), Just(Begin::AfterPresentRun)];
    let step = prop_oneof![
        6 => (0..PEOPLE.len(), place, 0..2_u32, any::<bool>()).prop_map(
            |(who, place, retries, keep)| Step::Submit { who, place, retries, keep }
        ),
        6 => (1..4_usize).prop_map(|slots| Step::Claim { slots }),
        3 => (0..4_usize, outcome).prop_map(|(which, outcome)| Step::Finish { which, outcome }),
        2 => (0..20_usize).prop_map(|which| Step::Cancel { which }),
        2 => (1..20_i64).prop_map(|seconds| Step::Wait { seconds }),
        2 => (0..4_usize).prop_map(|which| Step::Renew { which }),
        2 => (0..PEOPLE.len(), environment.clone(), 1..3_i64, begin).prop_map(
            |(who, environment, minutes, begin)| Step::Reserve { who, environment, minutes, begin }
        ),
        1 => environment.prop_map(|environment| Step::Release { environment }),
        1 => Just(Step::Crash),
    ];
    prop::collection::vec(step, 1..60)
}
