//! What a run may use at most, where its requester wants other limits than the operator's.

use std::ops::RangeInclusive;

use crate::api::Settings;
use crate::api::body::{Fields, Mistakes, shown};
use crate::domain::LimitWishes;
use crate::domain::limits::{LEAST_LOG, LEAST_MEMORY, LEAST_PROCESSES, LEAST_TMP};

pub fn read(options: &mut Fields, settings: &Settings, mistakes: &mut Mistakes) -> LimitWishes {
    let Some(value) = options.take("limits") else { return LimitWishes::default() };
    let most = &settings.run_limits;
    let mut fields = Fields::of(value, "/options/limits", mistakes);
    let cpu = u64::from(most.cpu_percent.unwrap_or(u32::MAX));
    let mut read = |name, least, most| number(&mut fields, name, least..=most, mistakes);
    let wishes = LimitWishes {
        memory_bytes: read("memory_bytes", LEAST_MEMORY, most.memory_bytes),
        processes: small(read("processes", LEAST_PROCESSES, most.processes.into())),
        cpu_percent: small(read("cpu_percent", 1, cpu)),
        log_bytes: read("log_bytes", LEAST_LOG, most.log_bytes),
        tmp_bytes: read("tmp_bytes", LEAST_TMP, most.tmp_bytes),
    };
    fields.finish(mistakes);
    wishes
}

fn small(number: Option<u64>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

fn number(
    fields: &mut Fields,
    name: &'static str,
    range: RangeInclusive<u64>,
    mistakes: &mut Mistakes,
) -> Option<u64> {
    let value = fields.take(name)?;
    let number = value.as_u64().filter(|number| range.contains(number));
    if number.is_none() {
        let (least, most) = range.into_inner();
        let words = format!(
            "must be a whole number from {least} to {most}, the maximum of this server, not {}",
            shown(value)
        );
        mistakes.at(&fields.pointer(name), words);
    }
    number
}
