//! Whatever is read is written back as an equal value (invariant 3 of the architecture).

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::WriteJson;
use crate::from_str;
use crate::tests::json_text::{self, canonical, object};
use crate::tests::sample::{Body, Outcome, Piece};

/// The name of a member: often one that the type knows.
fn name(known: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![3 => select(known).prop_map(str::to_owned), 1 => any::<String>()]
}

/// Members as those of an outcome, the one that must be there among them.
fn outcome(inner: BoxedStrategy<String>) -> BoxedStrategy<String> {
    const KNOWN: &[&str] = &["status", "millis", "isLasting", "parts", "rest", "new"];
    let status = prop_oneof![Just(r#""success""#.to_owned()), json_text::string(), Just("null".to_owned())];
    let fitting = prop_oneof![
        status.prop_map(|value| ("status".to_owned(), value)),
        "[0-9]{1,19}".prop_map(|value| ("millis".to_owned(), value)),
        Just(("isLasting".to_owned(), "true".to_owned())),
        vec(piece(inner.clone()), 0..3)
            .prop_map(|items| ("parts".to_owned(), format!("[{}]", items.join(",")))),
        inner.clone().prop_map(|value| ("rest".to_owned(), value)),
    ];
    let member = prop_oneof![3 => fitting, 1 => (name(KNOWN), inner)];
    let members = (json_text::string(), vec(member, 0..5), any::<prop::sample::Index>());
    object(members.prop_map(|(id, mut members, at)| {
        members.insert(at.index(members.len() + 1), ("toolUseId".to_owned(), id));
        members
    }))
}

/// An object as a piece of a turn, most often with one member.
fn piece(inner: BoxedStrategy<String>) -> BoxedStrategy<String> {
    const KNOWN: &[&str] = &["text", "picture", "json", "song"];
    let words = json_text::string().prop_map(|words| format!(r#"{{"text":{words}}}"#));
    let any = object(vec((name(KNOWN), inner), 0..3));
    prop_oneof![words, any].boxed()
}

/// Values as those that the sample types are written as, nearly.
fn nearly_fitting() -> BoxedStrategy<String> {
    let value = json_text::value().prop_recursive(3, 24, 4, |inner| {
        let result = outcome(inner.clone()).prop_map(|outcome| format!(r#"{{"toolResult":{outcome}}}"#));
        let list = vec(prop_oneof![piece(inner.clone()), result.boxed()], 0..3);
        prop_oneof![
            outcome(inner.clone()),
            piece(inner),
            list.prop_map(|items| format!("[{}]", items.join(",")))
        ]
    });
    let value = value.boxed();
    prop_oneof![
        outcome(value.clone()),
        outcome(value.clone()).prop_map(|outcome| format!(r#"{{"toolResult":{outcome}}}"#)),
        piece(value.clone()),
        value,
    ]
    .boxed()
}

/// Reads a text as a type; what was read is written back as an equal value, both ways.
fn survives<T: serde::de::DeserializeOwned + serde::Serialize + WriteJson + PartialEq + std::fmt::Debug>(
    text: &str,
) -> Result<bool, TestCaseError> {
    let Ok(read) = from_str::<T>(text) else { return Ok(false) };
    let written = serde_json::to_string(&read).unwrap();
    prop_assert_eq!(canonical(&written), canonical(text));
    prop_assert_eq!(read.to_json_bytes(), written.as_bytes());
    prop_assert_eq!(from_str::<T>(&written).unwrap(), read);
    Ok(true)
}

proptest! {
    #[test]
    fn any_value_is_read_and_written_back_or_refused(text in nearly_fitting()) {
        survives::<Outcome>(&text)?;
        survives::<Piece>(&text)?;
        survives::<Body>(&format!(r#"{{"new":{text},"messages":[{{"content":[{text},{{}}]}}],"labels":{{}}}}"#))?;
        survives::<Body>(&format!(r#"{{"messages":[{{"content":[],"mark":{text}}}],"labels":{text}}}"#))?;
    }

    #[test]
    fn any_object_without_a_known_member_is_a_union(
        text in object(vec((any::<String>().prop_map(|name| format!("new {name}")), json_text::value()), 0..4)),
    ) {
        prop_assert!(survives::<Piece>(&text)?);
    }
}

#[test]
fn the_generated_values_are_read_often_enough_to_prove_something() {
    let mut runner = TestRunner::deterministic();
    let strategy = nearly_fitting();
    let mut read = [0; 2];
    for _ in 0..500 {
        let text = strategy.new_tree(&mut runner).unwrap().current();
        read[0] += usize::from(survives::<Outcome>(&text).unwrap());
        read[1] += usize::from(survives::<Piece>(&text).unwrap());
    }
    assert!(read.iter().all(|count| *count > 75), "{read:?} of 500");
}
