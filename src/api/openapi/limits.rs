//! The shapes of the document carry the limits that hold unless the operator has chosen others; here are those of this
//! server.

use serde_json::Value;

use crate::api::Limits;

type Limit = fn(&Limits) -> usize;

const TEXTS: [(&str, Limit); 16] = [
    ("CancelRun/properties/requester", |limits| limits.requester),
    ("NewComment/properties/author", |limits| limits.requester),
    ("NewReservation/properties/person", |limits| limits.requester),
    ("NewRun/properties/requester", |limits| limits.requester),
    ("Rerun/properties/requester", |limits| limits.requester),
    ("ChangedPlan/properties/name", |limits| limits.name),
    ("EnvironmentChanges/properties/name", |limits| limits.name),
    ("NewPlan/properties/name", |limits| limits.name),
    ("NewTemplate/properties/name", |limits| limits.name),
    // What is counted in bytes has at most so many characters.
    ("EnvironmentChanges/properties/description", |limits| limits.description),
    ("NewTemplate/properties/description", |limits| limits.description),
    ("Parameter/properties/description", |limits| limits.description),
    ("EnvironmentChanges/properties/reason", |limits| limits.note),
    ("NewComment/properties/text", |limits| limits.note),
    ("NewReservation/properties/reason", |limits| limits.note),
    ("NewRun/properties/note", |limits| limits.note),
];

const LISTS: [(&str, Limit); 9] = [
    ("ChangedPlan/properties/targets", |limits| limits.targets),
    ("NewPlan/properties/targets", |limits| limits.targets),
    ("NewRun/properties/targets", |limits| limits.targets),
    ("NewTemplate/properties/targets", |limits| limits.targets),
    ("NewRun/properties/plans", |limits| limits.plans),
    ("NewTemplate/properties/plans", |limits| limits.plans),
    ("NewTemplate/properties/parameters", |limits| limits.parameters),
    ("Parameter/properties/choices", |limits| limits.choices),
    ("EnvironmentChanges/properties/labels", |limits| limits.labels),
];

/// Puts the limits of a server into its document.
pub fn set(document: &mut Value, limits: &Limits) {
    let texts = TEXTS.iter().map(|place| ("maxLength", place));
    let lists = LISTS.iter().map(|place| ("maxItems", place));
    for (keyword, (place, limit)) in texts.chain(lists) {
        if let Some(schema) = document.pointer_mut(&format!("/components/schemas/{place}")) {
            schema[keyword] = limit(limits).into();
        }
    }
}
