//! How a run is to be done, or what a template says of that.

use crate::api::Settings;
use crate::api::body::{Fields, Mistakes};
use crate::domain::Options;
use crate::domain::limits::LONGEST_RUN_S;
use crate::domain::run::{Network, StartWish};

use super::{leak, limits};

/// Characters of an expression for `-k` or `-m`.
const LONGEST_EXPRESSION: usize = 4096;
const ONE_DAY_MIN: u32 = 24 * 60;

/// The options of a body, each checked.
pub fn read(fields: &mut Fields, settings: &Settings, mistakes: &mut Mistakes) -> Options {
    let Some(value) = fields.take("options") else { return Options::default() };
    let mut fields = Fields::of(value, "/options", mistakes);
    let options = Options {
        keyword: expression(&mut fields, "keyword", mistakes),
        markers: expression(&mut fields, "markers", mistakes),
        max_failures: fields.number("max_failures", 1..=1_000_000, mistakes),
        timeout_s: fields.number("timeout_s", 1..=LONGEST_RUN_S, mistakes),
        retry_lost: fields.number("retry_lost", 0..=3, mistakes),
        keep_if_failed_minutes: fields.number("keep_if_failed_minutes", 1..=ONE_DAY_MIN, mistakes),
        limits: limits::read(&mut fields, settings, mistakes),
        interpreter: interpreter(&mut fields, settings, mistakes),
        start: start(&mut fields, mistakes),
        network: network(&mut fields, mistakes),
        leak: leak::read(&mut fields, mistakes),
    };
    fields.finish(mistakes);
    options
}

fn interpreter(
    fields: &mut Fields,
    settings: &Settings,
    mistakes: &mut Mistakes,
) -> Option<String> {
    let name = fields.text("interpreter", mistakes)?;
    let known = &settings.interpreters;
    if !known.iter().any(|known| known == name) {
        let detail = if known.is_empty() {
            format!("there is no interpreter {name:?}; leave it out, because none has a name here")
        } else {
            format!("there is no interpreter {name:?}; there are {}", known.join(", "))
        };
        mistakes.at("/options/interpreter", detail);
    }
    Some(name.to_owned())
}

fn start(fields: &mut Fields, mistakes: &mut Mistakes) -> Option<StartWish> {
    let wishes = [StartWish::Auto, StartWish::Warm, StartWish::Cold];
    let wish = fields.text("start", mistakes)?;
    let known = wishes.into_iter().find(|known| known.as_str() == wish);
    if known.is_none() {
        mistakes.at("/options/start", format!("must be auto, warm or cold, not {wish:?}"));
    }
    known
}

/// Of a run, a template or an environment.
pub fn network(fields: &mut Fields, mistakes: &mut Mistakes) -> Option<Network> {
    let network = fields.text("network", mistakes)?.parse::<Network>();
    network.map_err(|error| mistakes.at(&fields.pointer("network"), error.to_string())).ok()
}

fn expression(fields: &mut Fields, name: &'static str, mistakes: &mut Mistakes) -> Option<String> {
    let text = fields.text(name, mistakes).filter(|text| !text.trim().is_empty())?;
    let length = text.chars().count();
    if length > LONGEST_EXPRESSION {
        mistakes.at(
            &fields.pointer(name),
            format!("has {length} characters, the limit is {LONGEST_EXPRESSION}"),
        );
    } else if text.chars().any(char::is_control) {
        mistakes.at(&fields.pointer(name), "must be one line without control characters");
    }
    Some(text.to_owned())
}
