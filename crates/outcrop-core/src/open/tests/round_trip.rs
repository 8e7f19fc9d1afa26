//! Every value that parses round-trips through JSON (invariant 4 in docs/architecture.md).

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::WriteJson;
use crate::from_str;
use crate::tests::json_text::{self, canonical, object};
use crate::tests::sample::{Block, Body, Outcome};

/// The name of a member, often a known one.
fn name(known: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![3 => select(known).prop_map(str::to_owned), 1 => any::<String>()]
}

/// The JSON of an object with the members of an outcome, including the required one.
fn outcome(inner: BoxedStrategy<String>) -> BoxedStrategy<String> {
    const KNOWN: &[&str] = &["status", "millis", "isLasting", "parts", "rest", "new"];
    let status = prop_oneof![Just(r#""success""#.to_owned()), json_text::string(), Just("null".to_owned())];
    let fitting = prop_oneof![
        status.prop_map(|value| ("status".to_owned(), value)),
        "[0-9]{1,19}".prop_map(|value| ("millis".to_owned(), value)),
        Just(("isLasting".to_owned(), "true".to_owned())),
        vec(block(inner.clone()), 0..3)
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

/// The JSON of a block, most often with one member.
fn block(inner: BoxedStrategy<String>) -> BoxedStrategy<String> {
    const KNOWN: &[&str] = &["text", "image", "json", "song"];
    let text = json_text::string().prop_map(|text| format!(r#"{{"text":{text}}}"#));
    let any = object(vec((name(KNOWN), inner), 0..3));
    prop_oneof![text, any].boxed()
}

/// JSON that nearly fits the sample types.
fn nearly_fitting() -> BoxedStrategy<String> {
    let value = json_text::value().prop_recursive(3, 24, 4, |inner| {
        let result = outcome(inner.clone()).prop_map(|outcome| format!(r#"{{"toolResult":{outcome}}}"#));
        let list = vec(prop_oneof![block(inner.clone()), result.boxed()], 0..3);
        prop_oneof![
            outcome(inner.clone()),
            block(inner),
            list.prop_map(|items| format!("[{}]", items.join(",")))
        ]
    });
    let value = value.boxed();
    prop_oneof![
        outcome(value.clone()),
        outcome(value.clone()).prop_map(|outcome| format!(r#"{{"toolResult":{outcome}}}"#)),
        block(value.clone()),
        value,
    ]
    .boxed()
}

/// Parses a text, and checks that the value round-trips with both ways of writing. Returns whether the text parsed.
fn round_trips<
    T: serde::de::DeserializeOwned + serde::Serialize + WriteJson + PartialEq + std::fmt::Debug,
>(
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
    fn any_value_round_trips_or_is_rejected(text in nearly_fitting()) {
        round_trips::<Outcome>(&text)?;
        round_trips::<Block>(&text)?;
        round_trips::<Body>(&format!(r#"{{"new":{text},"messages":[{{"content":[{text},{{}}]}}],"labels":{{}}}}"#))?;
        round_trips::<Body>(&format!(r#"{{"messages":[{{"content":[],"marker":{text}}}],"labels":{text}}}"#))?;
    }

    #[test]
    fn any_object_without_known_members_parses_as_a_union(
        text in object(vec((any::<String>().prop_map(|name| format!("new {name}")), json_text::value()), 0..4)),
    ) {
        prop_assert!(round_trips::<Block>(&text)?);
    }
}

#[test]
fn generated_values_parse_often_enough() {
    let mut runner = TestRunner::deterministic();
    let strategy = nearly_fitting();
    let mut read = [0; 2];
    for _ in 0..500 {
        let text = strategy.new_tree(&mut runner).unwrap().current();
        read[0] += usize::from(round_trips::<Outcome>(&text).unwrap());
        read[1] += usize::from(round_trips::<Block>(&text).unwrap());
    }
    assert!(read.iter().all(|count| *count > 75), "{read:?} of 500");
}
