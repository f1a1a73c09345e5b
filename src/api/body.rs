//! Looks through a JSON body and collects every mistake in it.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::problem::ApiError;
use crate::wire::Mistake;

/// Mistakes found so far.
#[derive(Debug, Default)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// Notes a mistake at a JSON pointer.
    pub fn at(&mut self, pointer: &str, detail: impl Into<String>) {
        let pointer = Some(pointer.to_owned());
        self.0.push(Mistake { pointer, parameter: None, detail: detail.into() });
    }

    /// Notes a mistake in a query parameter.
    pub fn parameter(&mut self, name: &str, detail: impl Into<String>) {
        let parameter = Some(name.to_owned());
        self.0.push(Mistake { pointer: None, parameter, detail: detail.into() });
    }

    /// # Errors
    /// All of them, when there are any.
    pub fn body(self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(ApiError::InvalidBody(self.0)) }
    }

    /// # Errors
    /// All of them as conflicts with what is there, when there are any.
    pub fn conflict(self, code: &'static str) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(ApiError::Conflicts { code, mistakes: self.0 }) }
    }

    /// # Errors
    /// All of them, when there are any.
    pub fn query(self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(ApiError::InvalidQuery(self.0)) }
    }
}

/// An object of which fields are taken one by one; those that nobody took are unknown. `null` counts as left out.
pub struct Fields<'a> {
    pointer: String,
    object: Option<&'a Map<String, Value>>,
    taken: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub fn of(value: &'a Value, pointer: &str, mistakes: &mut Mistakes) -> Self {
        if !value.is_object() {
            mistakes.at(pointer, format!("must be an object, not {}", kind(value)));
        }
        Self { pointer: pointer.to_owned(), object: value.as_object(), taken: Vec::new() }
    }

    pub fn pointer(&self, name: &str) -> String {
        format!("{}/{}", self.pointer, escaped(name))
    }

    pub fn take(&mut self, name: &'static str) -> Option<&'a Value> {
        // Who looks twice at a field still names it once.
        if !self.taken.contains(&name) {
            self.taken.push(name);
        }
        self.object?.get(name).filter(|value| !value.is_null())
    }

    pub fn text(&mut self, name: &'static str, mistakes: &mut Mistakes) -> Option<&'a str> {
        let value = self.take(name)?;
        text(value, &self.pointer(name), mistakes)
    }

    pub fn number(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u32>,
        mistakes: &mut Mistakes,
    ) -> Option<u32> {
        let value = self.take(name)?;
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let words = format!(
                "must be a whole number from {} to {}, not {}",
                range.start(),
                range.end(),
                shown(value)
            );
            mistakes.at(&self.pointer(name), words);
        }
        number
    }

    pub fn truth(&mut self, name: &'static str, mistakes: &mut Mistakes) -> Option<bool> {
        let value = self.take(name)?;
        if !value.is_boolean() {
            mistakes
                .at(&self.pointer(name), format!("must be true or false, not {}", shown(value)));
        }
        value.as_bool()
    }

    pub fn list(&mut self, name: &'static str, mistakes: &mut Mistakes) -> Option<&'a [Value]> {
        let value = self.take(name)?;
        if !value.is_array() {
            mistakes.at(&self.pointer(name), format!("must be a list, not {}", kind(value)));
        }
        value.as_array().map(Vec::as_slice)
    }

    /// Names with texts, in the order of the names.
    pub fn texts(
        &mut self,
        name: &'static str,
        mistakes: &mut Mistakes,
    ) -> BTreeMap<String, String> {
        let Some(value) = self.take(name) else { return BTreeMap::new() };
        let Some(object) = value.as_object() else {
            mistakes.at(&self.pointer(name), format!("must be an object, not {}", kind(value)));
            return BTreeMap::new();
        };
        let texts = object.iter().filter_map(|(key, value)| {
            let pointer = format!("{}/{}", self.pointer(name), escaped(key));
            text(value, &pointer, mistakes).map(|text| (key.clone(), text.to_owned()))
        });
        texts.collect()
    }

    /// Names the fields that nobody took.
    pub fn finish(self, mistakes: &mut Mistakes) {
        let unknown = self.object.into_iter().flatten().map(|(name, _)| name);
        for name in unknown.filter(|name| !self.taken.contains(&name.as_str())) {
            let known = self.taken.join(", ");
            mistakes.at(&self.pointer(name), format!("unknown field; known are {known}"));
        }
    }
}

/// A text without NUL, which neither an environment variable nor the database can hold.
pub fn text<'a>(value: &'a Value, pointer: &str, mistakes: &mut Mistakes) -> Option<&'a str> {
    match value.as_str() {
        Some(text) if text.contains('\0') => {
            mistakes.at(pointer, "must not contain the character NUL");
            None
        }
        Some(text) => Some(text),
        None => {
            mistakes.at(pointer, format!("must be text, not {}", shown(value)));
            None
        }
    }
}

pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A value for a message: itself when it is short.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => kind(value).to_owned(),
        other => {
            let text = other.to_string();
            if text.chars().count() <= 40 { text } else { kind(value).to_owned() }
        }
    }
}

/// RFC 6901: `~` and `/` are written as `~0` and `~1`.
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(mistakes: Mistakes) -> Vec<(String, String)> {
        mistakes.0.into_iter().map(|one| (one.pointer.unwrap_or_default(), one.detail)).collect()
    }

    #[test]
    fn every_mistake_is_told_with_its_pointer() {
        let body = json!({"name": 5, "size": 1e30, "map": {"a/b": []}, "typo": 1});
        let mut mistakes = Mistakes::default();
        let mut fields = Fields::of(&body, "", &mut mistakes);
        fields.text("name", &mut mistakes);
        fields.number("size", 1..=3, &mut mistakes);
        assert!(fields.take("size").is_some());
        fields.texts("map", &mut mistakes);
        fields.finish(&mut mistakes);
        assert_eq!(
            found(mistakes),
            [
                ("/name".into(), "must be text, not 5".into()),
                ("/size".into(), "must be a whole number from 1 to 3, not 1e+30".into()),
                ("/map/a~1b".into(), "must be text, not a list".into()),
                ("/typo".into(), "unknown field; known are name, size, map".into()),
            ]
        );
    }

    #[test]
    fn null_is_as_good_as_left_out() {
        let body = json!({"name": null});
        let mut mistakes = Mistakes::default();
        let mut fields = Fields::of(&body, "", &mut mistakes);
        assert_eq!(fields.text("name", &mut mistakes), None);
        fields.finish(&mut mistakes);
        assert!(found(mistakes).is_empty());
    }
}
