//! Writing fields for the model.

use outcrop_core::{JsonObject, Note, NoteAction, RawJson};
use serde_json::{Number, Value};

use super::super::target::Target;

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

/// Returns a number as an integer, also if it is a float such as `100.0`, which JavaScript and Java may write.
///
/// AG2 drops such a parameter, and so does its dialect.
pub(super) fn whole_number(
    name: &'static str,
    number: Number,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) -> Option<Number> {
    let float = number.as_f64().filter(|float| !number.is_i64() && !number.is_u64() && float.fract() == 0.0);
    let Some(float) = float else { return Some(number) };
    if target.is_ag2() {
        let message = format!("dropped `{name}`: its value is not an integer");
        notes.push(Note::new("params.type", NoteAction::Dropped, name, message));
        return None;
    }
    let integer = format!("{float:.0}").parse::<i64>().map(Number::from);
    Some(integer.unwrap_or(number))
}
