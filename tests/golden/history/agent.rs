//! Histories of agents: calls and results, with the defects that agents leave behind.

use super::blocks::Blocks;
use super::{chance, messages, responses};
use crate::json::{array, object, string};

/// Draws a history of up to so many rounds of calls.
pub(super) fn messages(blocks: &mut Blocks<'_>, rounds: usize) -> Vec<String> {
    let mut messages = Vec::new();
    if chance(blocks.random, 60) {
        messages.push(messages::system(blocks));
    }
    messages.push(messages::user(blocks));
    for _ in 0..=blocks.random.below(rounds) {
        round(blocks, &mut messages);
    }
    match blocks.random.below(8) {
        0 => messages.push(messages::assistant(blocks)),
        1 | 2 => messages.extend([messages::assistant(blocks), messages::user(blocks)]),
        _ => {}
    }
    messages
}

/// Adds a turn of calls and the results.
fn round(blocks: &mut Blocks<'_>, messages: &mut Vec<String>) {
    let count = 1 + blocks.random.below(3);
    let mut ids: Vec<String> = (0..count).map(|_| blocks.id()).collect();
    messages.push(match blocks.random.below(8) {
        _ if blocks.unless_cached(1) == 0 => calls_as_blocks(blocks, &ids),
        0..2 => calls_as_blocks(blocks, &ids),
        2 | 4 | 5 => responses::answer(blocks, &ids),
        3 if count == 1 => function_call(blocks),
        _ => calls_beside(blocks, &ids),
    });
    match blocks.random.below(24) {
        0 => drop(ids.pop()),
        1 => ids.clear(),
        2 => ids.push(blocks.id()),
        3 => ids.extend(ids.first().cloned()),
        4 => ids.reverse(),
        5 => messages.push(messages::user(blocks)),
        6 => messages.push(messages::system(blocks)),
        7 => messages.push(messages::any(blocks)),
        _ => {}
    }
    let percent = blocks.unless_cached(60);
    if chance(blocks.random, percent) {
        for id in &ids {
            messages.push(tool_message(blocks, id));
        }
    } else if !ids.is_empty() {
        messages.push(results(blocks, &ids));
    }
    if chance(blocks.random, 12) {
        messages.push(messages::user(blocks));
    }
}

/// Returns an assistant's message whose content has the calls.
fn calls_as_blocks(blocks: &mut Blocks<'_>, ids: &[String]) -> String {
    let mut parts = Vec::new();
    if chance(blocks.random, 40) {
        parts.push(blocks.reasoning());
    }
    if chance(blocks.random, 60) {
        parts.insert(blocks.random.position(parts.len()), blocks.text_part());
    }
    for id in ids {
        parts.push(blocks.call_block(id));
    }
    if blocks.is_marked(15) {
        parts.insert(blocks.random.position(parts.len()), blocks.cache_point());
    }
    object([("role", string("assistant")), ("content", array(parts))])
}

/// Returns an assistant's message with `tool_calls` next to the content, as OpenAI's API has them.
fn calls_beside(blocks: &mut Blocks<'_>, ids: &[String]) -> String {
    let calls: Vec<String> = ids
        .iter()
        .map(|id| {
            let function =
                object([("name", string(&blocks.tool_name())), ("arguments", string(&blocks.arguments()))]);
            object([("id", string(id)), ("type", string("function")), ("function", function)])
        })
        .collect();
    let content = match blocks.random.below(3) {
        0 => "null".to_owned(),
        _ => string(&blocks.text()),
    };
    let mut members = vec![("role", string("assistant")), ("content", content), ("tool_calls", array(calls))];
    match blocks.random.below(20) {
        0..3 => members.push(("reasoning_content", string(&blocks.text()))),
        3 => members.push(("function_call", r#"{"name":"f","arguments":"{}"}"#.to_owned())),
        _ => {}
    }
    object(members)
}

/// Returns an assistant's message with the `function_call` of older programs.
fn function_call(blocks: &mut Blocks<'_>) -> String {
    let call = object([("name", string("f")), ("arguments", string(&blocks.arguments()))]);
    object([("role", string("assistant")), ("content", "null".to_owned()), ("function_call", call)])
}

/// Returns a message of the role `tool` with one result.
fn tool_message(blocks: &mut Blocks<'_>, id: &str) -> String {
    let content = match blocks.random.below(10) {
        0..7 => string(&blocks.text()),
        7 | 8 => blocks.result_content(),
        _ => r#"{"temperature":21.50,"unit":"C"}"#.to_owned(),
    };
    let mut members = vec![("role", string("tool")), ("tool_call_id", string(id)), ("content", content)];
    match blocks.random.below(20) {
        0 => members.push(("is_error", "true".to_owned())),
        1 => members.push(("cache_control", blocks.cache_control())),
        _ => {}
    }
    object(members)
}

/// Returns one message with all the results as blocks, sometimes among others.
fn results(blocks: &mut Blocks<'_>, ids: &[String]) -> String {
    let mut parts: Vec<String> = ids.iter().map(|id| blocks.result_block(id)).collect();
    if chance(blocks.random, 35) {
        let part = match blocks.random.below(5) {
            0 | 1 => blocks.text_part(),
            2 => blocks.media(),
            _ => blocks.cache_point(),
        };
        parts.insert(blocks.random.position(parts.len()), part);
    }
    if blocks.is_marked(5) {
        parts.push(blocks.cache_point());
    }
    let role = *blocks.random.pick(&["user", "tool"]);
    object([("role", string(role)), ("content", array(parts))])
}
