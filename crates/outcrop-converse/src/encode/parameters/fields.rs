//! Writing fields for the model.

use outcrop_core::{JsonObject, Note, NoteAction, RawJson};
use serde_json::{Number, Value};

/// Writes a parameter unchanged as a field for the model.
pub(super) fn pass_through(
    name: &'static str,
    value: RawJson,
    fields: &mut JsonObject,
    own: &JsonObject,
    notes: &mut Vec<Note>,
) {
    fields.insert(name, value);
    if !own.contains(name) {
        let message = "moved to the fields for the model: Converse has no member for it";
        notes.push(Note::new("params.model_field", NoteAction::Moved, name, message));
    }
}

/// Notes that a parameter is dropped.
pub(super) fn drop_field(name: &'static str, message: &'static str, notes: &mut Vec<Note>) {
    notes.push(Note::new("params.model_field", NoteAction::Dropped, name, message));
}

/// Returns an object of a few members, in their order.
pub(super) fn object<const N: usize>(members: [(&str, RawJson); N]) -> RawJson {
    RawJson::from(members.into_iter().collect::<JsonObject>())
}

/// Returns a number as JSON.
pub(super) fn number(value: u32) -> RawJson {
    RawJson::from(Value::Number(Number::from(value)))
}
