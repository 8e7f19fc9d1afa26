//! Answers of a model as the service returned them, which a program sends back as history.

use super::blocks::Blocks;
use super::chance;
use crate::json::{array, object, string};

/// Locations of citations.
const LOCATIONS: &[&str] = &[
    r#"{"documentPage":{"documentIndex":0,"start":1,"end":2}}"#,
    r#"{"searchResultLocation":{"searchResultIndex":0,"start":0,"end":1}}"#,
    r#"{"web":{"url":"https://a.example/b","domain":"a.example"}}"#,
];

/// Draws an answer with calls of these ids: a message that `mapping.rs` replaces by the decoded `response`.
pub(super) fn answer(blocks: &mut Blocks<'_>, ids: &[String]) -> String {
    let mut content = Vec::new();
    if chance(blocks.random, 60) {
        content.push(reasoning(blocks));
    }
    for _ in 0..blocks.random.below(3) {
        content.push(match blocks.random.below(8) {
            0..4 => object([("text", string(&blocks.text()))]),
            4..6 => cited(blocks),
            6 => r#"{"mood":{"b":1.0,"a":[null]}}"#.to_owned(),
            _ => reasoning(blocks),
        });
    }
    if chance(blocks.random, 12) {
        let call = r#"{"toolUse":{"toolUseId":"server_1","name":"nova_grounding","input":{},"type":"server_tool_use"}}"#;
        let result = r#"{"toolResult":{"toolUseId":"server_1","content":[{"text":"found"}],"type":"nova_grounding_result"}}"#;
        content.extend([call, result].map(str::to_owned));
    }
    for id in ids {
        let name = blocks.tool_name();
        let input = *blocks.random.pick(&["{}", r#"{"z":1.0,"a":"b"}"#, "{\"city\": \"Oslo\"}"]);
        let call = [("toolUseId", string(id)), ("name", string(&name)), ("input", input.to_owned())];
        content.push(object([("toolUse", object(call))]));
    }
    let message = object([("role", string("assistant")), ("content", array(content))]);
    let reason = if ids.is_empty() { "end_turn" } else { "tool_use" };
    let response = object([("output", object([("message", message)])), ("stopReason", string(reason))]);
    let mut members = vec![("role", string("assistant")), ("content", string("")), ("response", response)];
    // An answer of the request's own model, if no other is named.
    if chance(blocks.random, 25) {
        let models = ["amazon.nova-2-lite-v1:0", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"];
        members.push(("response_model", string(blocks.random.pick::<&str>(&models))));
    }
    object(members)
}

fn reasoning(blocks: &mut Blocks<'_>) -> String {
    let text = string(&blocks.text());
    let content = match blocks.random.below(5) {
        0 => object([("redactedContent", string("aGk="))]),
        1 => object([("reasoningText", object([("text", text)]))]),
        _ => object([("reasoningText", object([("text", text), ("signature", string("c2ln"))]))]),
    };
    object([("reasoningContent", content)])
}

fn cited(blocks: &mut Blocks<'_>) -> String {
    let location = (*blocks.random.pick(LOCATIONS)).to_owned();
    let source = array([object([("text", string("passage"))])]);
    let citation = object([("title", string("T")), ("sourceContent", source), ("location", location)]);
    let content = array([object([("text", string(&blocks.text()))])]);
    object([("citationsContent", object([("content", content), ("citations", array([citation]))]))])
}
