//! The wire types know every member, variant and value of the service model.

use super::types::READERS;
use crate::tests::json_text::canonical;
use crate::tests::model::{MODEL, Shape};

/// Returns the shortest value of a kind with all members. A union has its first variant.
fn sample(kind: &str) -> String {
    if let Some(item) = kind.strip_prefix('[') {
        return format!("[{}]", sample(item.trim_end_matches(']')));
    }
    if let Some(item) = kind.strip_prefix('{') {
        return format!(r#"{{"key":{}}}"#, sample(item.trim_end_matches('}')));
    }
    match kind {
        "string" => r#""text""#.to_owned(),
        "blob" => r#""aGk=""#.to_owned(),
        "integer" => "7".to_owned(),
        "number" => "0.7".to_owned(),
        "flag" => "true".to_owned(),
        "json" => r#"{"b":1.0,"a":null}"#.to_owned(),
        // The recursion ends, because no shape contains itself through first variants.
        name => samples(name).swap_remove(0),
    }
}

/// Returns the samples of a shape: one with all members, or one per variant or value.
fn samples(name: &str) -> Vec<String> {
    match &MODEL[name] {
        Shape::Names(names) => names.iter().map(|name| format!("\"{name}\"")).collect(),
        Shape::Union(variants) => {
            variants.iter().map(|one| format!(r#"{{"{}":{}}}"#, one.name, sample(&one.kind))).collect()
        }
        Shape::Struct(members) => {
            let members: Vec<_> = members
                .iter()
                .map(|member| format!(r#""{}":{}"#, member.name, sample(&member.kind)))
                .collect();
            vec![format!("{{{}}}", members.join(","))]
        }
    }
}

#[test]
fn every_shape_of_the_model_has_a_wire_type() {
    let read: Vec<_> = READERS.iter().map(|(name, _)| *name).collect();
    let model: Vec<_> = MODEL.keys().map(String::as_str).collect();
    assert_eq!(read, model);
    assert!(model.len() > 170, "{}", model.len());
}

#[test]
fn every_member_is_known_and_preserved() {
    for (name, read) in READERS {
        for text in samples(name) {
            let read = read(&text).unwrap_or_else(|error| panic!("{name} {text}: {error}"));
            assert_eq!(canonical(&read.written), canonical(&text), "{name}");
            assert!(!read.debug.contains("nknown"), "{name} {text}: {}", read.debug);
            if let Shape::Names(_) = MODEL[*name] {
                assert_eq!(format!("\"{}\"", read.debug), text);
            }
        }
    }
}

#[test]
fn members_that_services_leave_out_are_optional() {
    for (name, text) in [
        ("ConverseResponse", "{}"),
        ("Message", r#"{"role":"assistant"}"#),
        ("TokenUsage", "{}"),
        ("ConverseMetrics", "{}"),
        ("ToolUseBlock", r#"{"toolUseId":"t","name":"n"}"#),
        ("ReasoningTextBlock", r#"{"signature":"s"}"#),
        ("Citation", "{}"),
        ("CitationsContentBlock", "{}"),
        ("ToolReference", "{}"),
        ("ConverseRequest", "{}"),
    ] {
        let (_, read) = READERS.iter().find(|(known, _)| *known == name).unwrap();
        assert_eq!(read(text).unwrap().written, text, "{name}");
    }
}
