//! The command that asks for the same run from a script.

use std::collections::BTreeMap;

use crate::wire::{EnvironmentChoice, NewRun};

/// A line for a shell.
pub fn command_line(run: &NewRun) -> String {
    let mut line = Line::default();
    let hunt = run.options.leak;
    let command = if hunt.is_some() { "leak" } else { "run" };
    line.word("proctor").word(command).flag("--environment", environment(&run.environment));
    line.flag("--as", run.requester.trim());
    line.flags("--template", run.template.as_deref());
    line.pairs("--param", &run.parameters);
    line.flags("--plan", &run.plans);
    let options = &run.options;
    line.flags("-k", options.keyword.as_deref()).flags("-m", options.markers.as_deref());
    line.flags("--iterations", hunt.and_then(|hunt| hunt.iterations));
    line.flags("--max-failures", options.max_failures);
    line.flags("--timeout", options.timeout_s);
    line.flags("--retry-lost", options.retry_lost);
    line.flags("--keep-if-failed", options.keep_if_failed_minutes);
    line.flags("--interpreter", options.interpreter.as_deref());
    line.flags("--start", options.start.as_deref());
    line.flags("--network", options.network.as_deref());
    let limits = options.limits.unwrap_or_default();
    for (name, number) in [
        ("memory_bytes", limits.memory_bytes),
        ("processes", limits.processes.map(u64::from)),
        ("cpu_percent", limits.cpu_percent.map(u64::from)),
        ("log_bytes", limits.log_bytes),
        ("tmp_bytes", limits.tmp_bytes),
    ] {
        line.flags("--limit", number.map(|number| format!("{name}={number}")));
    }
    line.pairs("--var", &run.variables);
    line.flags("--note", run.note.as_deref());
    run.targets.iter().for_each(|target| {
        line.word(target);
    });
    line.text
}

fn environment(choice: &EnvironmentChoice) -> String {
    match choice {
        EnvironmentChoice::Number(number) => number.to_string(),
        EnvironmentChoice::Any { any } if any.labels.is_empty() => "any".to_owned(),
        EnvironmentChoice::Any { any } => format!("any:{}", any.labels.join(",")),
    }
}

#[derive(Default)]
struct Line {
    text: String,
}

impl Line {
    fn word(&mut self, word: &str) -> &mut Self {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(&quoted(word));
        self
    }

    /// With an equals sign, so that no value is taken for another flag.
    fn flag(&mut self, name: &str, value: impl ToString) -> &mut Self {
        self.word(&format!("{name}={}", value.to_string()))
    }

    fn flags<T: ToString>(&mut self, name: &str, values: impl IntoIterator<Item = T>) -> &mut Self {
        for value in values {
            self.flag(name, value.to_string());
        }
        self
    }

    fn pairs(&mut self, name: &str, pairs: &BTreeMap<String, String>) {
        self.flags(name, pairs.iter().map(|(key, value)| format!("{key}={value}")));
    }
}

/// Within single quotes a shell leaves everything alone but a single quote.
fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=,@%+".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
