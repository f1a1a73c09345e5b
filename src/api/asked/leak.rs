//! Whether a run is to be a leak hunt, and of what.

use crate::api::body::{Fields, Mistakes};
use crate::domain::leak::{ITERATIONS, LeakHunt, USUAL_ITERATIONS};

pub fn read(options: &mut Fields, mistakes: &mut Mistakes) -> Option<LeakHunt> {
    let value = options.take("leak")?;
    let mut fields = Fields::of(value, "/options/leak", mistakes);
    let iterations = fields.number("iterations", ITERATIONS, mistakes);
    fields.finish(mistakes);
    Some(LeakHunt { iterations: iterations.unwrap_or(USUAL_ITERATIONS) })
}

/// A hunt repeats one test case; how many there are behind a nodeid is known when it is collected.
pub fn check_targets(hunt: Option<LeakHunt>, targets: &[String], mistakes: &mut Mistakes) {
    let is_one = matches!(targets, [target] if target.contains("::"));
    if hunt.is_some() && !targets.is_empty() && !is_one {
        let words = "a leak hunt takes one test case: name its nodeid alone, such as checkout/test_cart.py::test_total";
        mistakes.at("/targets", words);
    }
}
